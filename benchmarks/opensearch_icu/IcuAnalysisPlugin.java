import java.util.Map;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.icu.ICUFoldingFilter;
import org.apache.lucene.analysis.icu.ICUNormalizer2Filter;
import org.apache.lucene.analysis.icu.segmentation.ICUTokenizer;
import org.opensearch.index.analysis.AbstractTokenFilterFactory;
import org.opensearch.index.analysis.AbstractTokenizerFactory;
import org.opensearch.index.analysis.TokenFilterFactory;
import org.opensearch.index.analysis.TokenizerFactory;
import org.opensearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.opensearch.plugins.AnalysisPlugin;
import org.opensearch.plugins.Plugin;

/**
 * icu_tokenizer, icu_normalizer and icu_folding with their default settings, of Lucene's classes as in the plug-in
 * analysis-icu, which Maven Central does not have.
 */
public class IcuAnalysisPlugin extends Plugin implements AnalysisPlugin {
    interface Filter {
        TokenStream over(TokenStream stream);
    }

    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        return Map.of(
                "icu_tokenizer",
                (index, environment, name, settings) ->
                        new AbstractTokenizerFactory(index, settings, name) {
                            @Override
                            public Tokenizer create() {
                                return new ICUTokenizer();
                            }
                        });
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        return Map.of("icu_normalizer", of(ICUNormalizer2Filter::new), "icu_folding", of(ICUFoldingFilter::new));
    }

    static AnalysisProvider<TokenFilterFactory> of(Filter filter) {
        return (index, environment, name, settings) ->
                new AbstractTokenFilterFactory(index, name, settings) {
                    @Override
                    public TokenStream create(TokenStream stream) {
                        return filter.over(stream);
                    }
                };
    }
}
