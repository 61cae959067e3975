// A real OpenID Connect provider (oidc-provider of npm) for the tests: node provider.mjs REDIRECT_URI
// It prints its issuer. Anybody may sign in with any password: the name decides the claims.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(process.env.PROVIDER_PLACE + '/');
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'hoinghi', client_secret: 'chi-de-thu', redirect_uris: [process.argv[2]] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['roles'] },
    pkce: { required: () => true },
    findAccount: (_, name) => ({
      accountId: name,
      claims: () => ({
        sub: name,
        email: `${name}@co-quan.mau.vn`,
        email_verified: name !== 'chua.xac.nhan',
        roles: name === 'van.hanh' ? ['staff', 'hoinghi-operator'] : ['staff'],
      }),
    }),
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
