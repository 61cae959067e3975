import java.util.List;
import org.codelibs.opensearch.runner.node.OpenSearchRunnerNode;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.index.mapper.MapperExtrasPlugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * One OpenSearch node in a process of its own, so that it can be killed for real. Arguments: settings as key=value.
 * Ends when its input ends, so that no node outlives whoever started it.
 */
public class OneNode {
    public static void main(String[] arguments) throws Exception {
        Settings.Builder settings = Settings.builder();
        for (String argument : arguments) {
            int separator = argument.indexOf('=');
            settings.put(argument.substring(0, separator), argument.substring(separator + 1));
        }
        var plugins = List.of(Netty4Plugin.class, CommonAnalysisPlugin.class, MapperExtrasPlugin.class);
        var node = new OpenSearchRunnerNode(new Environment(settings.build(), null), List.copyOf(plugins));
        node.start();
        while (System.in.read() >= 0) {
        }
        node.close();
        System.exit(0);
    }
}
