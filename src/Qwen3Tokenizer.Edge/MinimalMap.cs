using System.Numerics;

namespace Qwen3Tokenizer.Edge;

/// <summary>
/// The minimal mode of a token space: in every layer a few representative entries of the codebook, 512 of 2048 for the built-in
/// models, so that a code needs 9 bits instead of 11. A minimal code is the rank of its entry; <see cref="Layer"/> gives the full
/// code, and a decoder needs no other table. Minimal codes have a token space of their own (Q3T.md, "Minimal streams"). Immutable.
/// </summary>
public sealed class MinimalMap
{
    // Layer-major [layers, entries], ascending within a layer.
    private readonly ushort[] _entries;

    /// <summary>Makes a map.</summary>
    /// <param name="baseSpace">The token space of the full codes.</param>
    /// <param name="baseBitsPerCode">Bits of a full code, 2 to 16.</param>
    /// <param name="layers">Layers, 1 to 64; all that the base space has.</param>
    /// <param name="entries">Full codes, layer-major [layers, entries]: 2^n a layer with n from 1 to below
    /// <paramref name="baseBitsPerCode"/>, strictly ascending within a layer. Copied.</param>
    /// <exception cref="TokenFormatException">A value is out of its range; the message names it.</exception>
    public MinimalMap(TokenSpace baseSpace, int baseBitsPerCode, int layers, ReadOnlySpan<ushort> entries)
        : this(baseSpace, baseBitsPerCode, layers, entries.ToArray(), "minimal map")
    {
    }

    /// <summary>Takes entries without a copy.</summary>
    internal MinimalMap(TokenSpace baseSpace, int baseBitsPerCode, int layers, ushort[] entries, string name)
    {
        if (layers is < 1 or > Q3tHeader.MaxLayers)
            throw new TokenFormatException($"{name}: layers: {layers} is not within 1 to {Q3tHeader.MaxLayers}.");
        if (baseBitsPerCode is < 2 or > CodePacking.MaxBits)
            throw new TokenFormatException($"{name}: bits of a full code: {baseBitsPerCode} is not within 2 to {CodePacking.MaxBits}.");
        int perLayer = entries.Length / layers;
        if (perLayer < 2 || perLayer * layers != entries.Length || !BitOperations.IsPow2(perLayer) || perLayer >= 1 << baseBitsPerCode)
            throw new TokenFormatException($"{name}: entries: {entries.Length} are not 2, 4, 8, ... up to {1 << (baseBitsPerCode - 1)} in each of {layers} layers.");
        for (int i = 0; i < entries.Length; i++)
        {
            if (entries[i] >> baseBitsPerCode != 0)
                throw new TokenFormatException($"{name}: layer {i / perLayer}, entry {i % perLayer}: {entries[i]} does not fit the {baseBitsPerCode} bits of a full code.");
            if (i % perLayer > 0 && entries[i] <= entries[i - 1])
                throw new TokenFormatException($"{name}: layer {i / perLayer}, entry {i % perLayer}: {entries[i]} does not come after {entries[i - 1]}; entries must ascend.");
        }
        _entries = entries;
        BaseSpace = baseSpace;
        BaseBitsPerCode = baseBitsPerCode;
        Layers = layers;
        Entries = perLayer;
        Space = MinimalMapFile.SpaceOf(this);
    }

    /// <summary>The token space of the full codes.</summary>
    public TokenSpace BaseSpace { get; }

    /// <summary>The token space of the minimal codes: the SHA-256 of <see cref="BaseSpace"/>, the shape and the entries, as a map file
    /// holds them.</summary>
    public TokenSpace Space { get; }

    /// <summary>Bits of a full code, 2 to 16.</summary>
    public int BaseBitsPerCode { get; }

    /// <summary>Bits of a minimal code, 1 to 15.</summary>
    public int BitsPerCode => BitOperations.Log2((uint)Entries);

    /// <summary>Layers, 1 to 64. A stream may have fewer.</summary>
    public int Layers { get; }

    /// <summary>Entries a layer: 2^<see cref="BitsPerCode"/>.</summary>
    public int Entries { get; }

    /// <summary>The full codes of a layer's minimal codes 0, 1, 2, ...: [<see cref="Entries"/>], strictly ascending.</summary>
    /// <param name="layer">0 to <see cref="Layers"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The layer does not exist.</exception>
    public ReadOnlySpan<ushort> Layer(int layer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, Layers);
        return _entries.AsSpan(layer * Entries, Entries);
    }

    /// <summary>One frame of minimal codes to full codes. Allocates nothing unless it refuses.</summary>
    /// <param name="minimal">[layers], at most <see cref="Layers"/>.</param>
    /// <param name="full">Receives as many codes; may be longer, may be the same memory.</param>
    /// <exception cref="TokenFormatException">There are more codes than layers, or a code is not below <see cref="Entries"/>.</exception>
    /// <exception cref="ArgumentException">The destination is shorter.</exception>
    public void Expand(ReadOnlySpan<ushort> minimal, Span<ushort> full)
    {
        CheckFrame(minimal.Length, full.Length);
        for (int l = 0; l < minimal.Length; l++)
        {
            if (minimal[l] >= Entries)
                throw new TokenFormatException($"codes: minimal code {minimal[l]} in layer {l} is not below {Entries}.");
            full[l] = _entries[(l * Entries) + minimal[l]];
        }
    }

    /// <summary>One frame of full codes to minimal codes. Allocates nothing.</summary>
    /// <param name="full">[layers], at most <see cref="Layers"/>.</param>
    /// <param name="minimal">Receives as many codes; may be longer, may be the same memory. Undefined on false.</param>
    /// <returns>Whether the map has every one of the codes. Only a search among the map's entries finds such codes
    /// always.</returns>
    /// <exception cref="TokenFormatException">There are more codes than layers.</exception>
    /// <exception cref="ArgumentException">The destination is shorter.</exception>
    public bool TryReduce(ReadOnlySpan<ushort> full, Span<ushort> minimal)
    {
        CheckFrame(full.Length, minimal.Length);
        for (int l = 0; l < full.Length; l++)
        {
            int rank = _entries.AsSpan(l * Entries, Entries).BinarySearch(full[l]);
            if (rank < 0)
                return false;
            minimal[l] = (ushort)rank;
        }
        return true;
    }

    /// <summary>A clip of minimal codes as a clip of full codes, which every decoder of the base space takes.</summary>
    /// <param name="minimal">A clip of <see cref="Space"/>.</param>
    /// <exception cref="TokenFormatException">The clip is of another token space, has more layers, or a code is not below
    /// <see cref="Entries"/>.</exception>
    public TokenClip Expand(TokenClip minimal)
    {
        if (minimal.Space != Space)
            throw new TokenFormatException($"token space: the tokens are of space {minimal.Space}, but the minimal map expands {Space}.");
        CheckFrame(minimal.Layers, minimal.Layers);
        var codes = new ushort[minimal.Codes.Length];
        for (int t = 0; t < minimal.Frames; t++)
        {
            try
            {
                Expand(minimal.Frame(t), codes.AsSpan(t * minimal.Layers));
            }
            catch (TokenFormatException e)
            {
                throw new TokenFormatException($"frame {t}: {e.Message}", e);
            }
        }
        return new TokenClip(BaseSpace, minimal.Layers, BaseBitsPerCode, minimal.Rate, codes, minimal.Samples, minimal.Delay);
    }

    /// <summary>A clip of full codes that the map has, as a clip of minimal codes.</summary>
    /// <param name="full">A clip of <see cref="BaseSpace"/>, made by a search among the map's entries.</param>
    /// <exception cref="TokenFormatException">The clip is of another token space, has more layers, or the map lacks one of its
    /// codes.</exception>
    public TokenClip Reduce(TokenClip full)
    {
        if (full.Space != BaseSpace)
            throw new TokenFormatException($"token space: the tokens are of space {full.Space}, but the minimal map reduces {BaseSpace}.");
        var codes = new ushort[full.Codes.Length];
        for (int t = 0; t < full.Frames; t++)
        {
            if (!TryReduce(full.Frame(t), codes.AsSpan(t * full.Layers)))
                throw new TokenFormatException($"codes of frame {t}: the minimal map lacks one of them; a minimal clip is made by searching only the map's {Entries} entries a layer.");
        }
        return new TokenClip(Space, full.Layers, BitsPerCode, full.Rate, codes, full.Samples, full.Delay);
    }

    private void CheckFrame(int codes, int room)
    {
        if (codes > Layers)
            throw new TokenFormatException($"layers: {codes} are more than the minimal map's {Layers}.");
        if (room < codes)
            throw new ArgumentException($"{codes} codes need as much room, not {room}.");
    }
}
