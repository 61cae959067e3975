// ZincSearch's server as its own main package runs it, without what reports to its makers (Sentry, telemetry,
// Pyroscope, of which one does not compile with today's Go). Listens on a free port of loopback and prints its address.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/gin-gonic/gin"

	"github.com/zincsearch/zincsearch/pkg/core"
	"github.com/zincsearch/zincsearch/pkg/metadata"
	"github.com/zincsearch/zincsearch/pkg/routes"
)

func main() {
	app := gin.New()
	routes.Setup(app)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	server := &http.Server{Handler: app}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	go server.Serve(listener)
	<-ended
	server.Shutdown(context.Background())
	core.ZINC_INDEX_LIST.Close()
	metadata.Close()
}
