import java.util.ArrayList;
import java.util.List;
import org.codelibs.opensearch.runner.node.OpenSearchRunnerNode;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.plugins.Plugin;

/**
 * One OpenSearch node in a process of its own, so that it can be killed for real. Arguments: settings as key=value.
 * Ends when its input ends, so that no node outlives whoever started it. -Dplugins=NAME,…: further plugins.
 */
public class OneNode {
    static final List<String> PLUGINS =
            List.of(
                    "org.opensearch.transport.Netty4",
                    "org.opensearch.analysis.common.CommonAnalysis",
                    "org.opensearch.index.mapper.MapperExtras");

    public static void main(String[] arguments) throws Exception {
        Settings.Builder settings = Settings.builder();
        for (String argument : arguments) {
            int separator = argument.indexOf('=');
            settings.put(argument.substring(0, separator), argument.substring(separator + 1));
        }
        List<Class<? extends Plugin>> plugins = new ArrayList<>();
        for (String name : PLUGINS) {
            plugins.add(plugin(name));
        }
        for (String name : System.getProperty("plugins", "").split(",")) {
            if (!name.isEmpty()) {
                plugins.add(plugin(name));
            }
        }
        var node = new OpenSearchRunnerNode(new Environment(settings.build(), null), plugins);
        node.start();
        while (System.in.read() >= 0) {
        }
        node.close();
        System.exit(0);
    }

    /** Versions 2 and 3 name the classes of what is part of every server differently. */
    static Class<? extends Plugin> plugin(String name) throws ClassNotFoundException {
        try {
            return Class.forName(name + "ModulePlugin").asSubclass(Plugin.class);
        } catch (ClassNotFoundException absent) {
            return Class.forName(name + "Plugin").asSubclass(Plugin.class);
        }
    }
}
