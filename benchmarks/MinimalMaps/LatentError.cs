namespace Qwen3Tokenizer.Edge.Benchmarks.MinimalMaps;

/// <summary>What is left of latents after each layer, as a share of their energy, in dB.</summary>
/// <param name="books">The codebooks.</param>
/// <param name="latents">Latents.</param>
internal sealed class LatentError(Vectors[] books, Vectors latents)
{
    /// <summary>Searching whole codebooks.</summary>
    public double[] OfFullSearch() => Of((layer, rest) => (books[layer], rest.Nearest(books[layer])));

    /// <summary>Searching only the map's entries.</summary>
    public double[] OfRestrictedSearch(ushort[][] map) => Of((layer, rest) =>
    {
        Vectors book = books[layer].Select(map[layer]);
        return (book, rest.Nearest(book));
    });

    /// <summary>Searching whole codebooks first, then replacing every code by the map's entry nearest to its own.</summary>
    public double[] OfMappingAfterwards(ushort[][] map)
    {
        Vectors full = latents.Copy();
        return Of((layer, _) =>
        {
            int[] codes = full.Nearest(books[layer]);
            full.Subtract(books[layer], codes);
            Vectors book = books[layer].Select(map[layer]);
            int[] nearest = books[layer].Nearest(book);
            return (book, Array.ConvertAll(codes, code => nearest[code]));
        });
    }

    private double[] Of(Func<int, Vectors, (Vectors Book, int[] Codes)> search)
    {
        Vectors rest = latents.Copy();
        var error = new double[books.Length];
        for (int layer = 0; layer < error.Length; layer++)
        {
            (Vectors book, int[] codes) = search(layer, rest);
            rest.Subtract(book, codes);
            error[layer] = 10 * Math.Log10(rest.Energy / latents.Energy);
        }

        return error;
    }
}
