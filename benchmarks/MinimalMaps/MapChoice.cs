namespace Qwen3Tokenizer.Edge.Benchmarks.MinimalMaps;

/// <summary>Chooses the entries of every layer, [layers][count], each ascending.</summary>
/// <param name="books">The codebooks.</param>
/// <param name="training">Latents whose search counts the usage.</param>
/// <param name="count">Entries a layer.</param>
/// <param name="seed">Seed of the first layer's clustering; the next layers take the next ones.</param>
internal sealed class MapChoice(Vectors[] books, Vectors training, int count, int seed)
{
    /// <summary>Layer by layer: the usage of a layer is counted on what the restricted layers before it left, as a minimal encoder meets it.</summary>
    public ushort[][] LayerByLayer() => Choose((book, entries) => book.Select(entries));

    /// <summary>All layers from the usage of the full encoder.</summary>
    public ushort[][] AtOnce() => Choose((book, _) => book);

    private ushort[][] Choose(Func<Vectors, ushort[], Vectors> searched)
    {
        Vectors rest = training.Copy();
        var chosen = new ushort[books.Length][];
        for (int layer = 0; layer < books.Length; layer++)
        {
            var usage = new int[books[layer].Count];
            foreach (int code in rest.Nearest(books[layer]))
            {
                usage[code]++;
            }

            chosen[layer] = new EntryClusters(books[layer], usage, count).Choose(seed + layer);
            Vectors book = searched(books[layer], chosen[layer]);
            rest.Subtract(book, rest.Nearest(book));
            Console.Error.WriteLine($"layer {layer} chosen");
        }

        return chosen;
    }
}
