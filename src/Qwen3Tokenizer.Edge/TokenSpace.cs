using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Qwen3Tokenizer.Edge;

/// <summary>
/// Identity of a token space: the SHA-256 of the codebook tensor's bytes as stored in the model file. A decoder accepts
/// only tokens of its own space, because the same code number means another sound in another space.
/// </summary>
public readonly struct TokenSpace : IEquatable<TokenSpace>
{
    /// <summary>Length of an identity in bytes: 32.</summary>
    public const int ByteLength = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Takes the 32 bytes of a SHA-256.</summary>
    /// <param name="sha256">Exactly 32 bytes, in the order in which SHA-256 prints them.</param>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public TokenSpace(ReadOnlySpan<byte> sha256)
    {
        if (sha256.Length != ByteLength)
            throw new ArgumentException($"A token space is 32 bytes, not {sha256.Length}.", nameof(sha256));
        _a = BinaryPrimitives.ReadUInt64BigEndian(sha256);
        _b = BinaryPrimitives.ReadUInt64BigEndian(sha256[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(sha256[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(sha256[24..]);
    }

    /// <summary>The space of a codebook tensor.</summary>
    /// <param name="codebooks">The tensor's bytes exactly as stored, for example little-endian float16 [layers, entries, dimension].</param>
    public static TokenSpace OfCodebooks(ReadOnlySpan<byte> codebooks)
    {
        Span<byte> hash = stackalloc byte[ByteLength];
        SHA256.HashData(codebooks, hash);
        return new TokenSpace(hash);
    }

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    /// <exception cref="FormatException">The text is not 64 hexadecimal digits.</exception>
    public static TokenSpace Parse(ReadOnlySpan<char> hex) =>
        TryParse(hex, out TokenSpace space)
            ? space
            : throw new FormatException($"A token space is 64 hexadecimal digits, not \"{Shorten(hex)}\".");

    /// <summary>Reads 64 hexadecimal digits of either case; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out TokenSpace space)
    {
        space = default;
        if (hex.Length != 2 * ByteLength)
            return false;
        Span<byte> bytes = stackalloc byte[ByteLength];
        if (Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        space = new TokenSpace(bytes);
        return true;
    }

    /// <summary>Writes the 32 bytes.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    /// <exception cref="ArgumentException">The destination is shorter than 32 bytes.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < ByteLength)
            throw new ArgumentException($"A token space needs 32 bytes of room, not {destination.Length}.", nameof(destination));
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <inheritdoc/>
    public bool Equals(TokenSpace other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is TokenSpace other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _a.GetHashCode();

    /// <summary>The 64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Whether both are the same space.</summary>
    public static bool operator ==(TokenSpace left, TokenSpace right) => left.Equals(right);

    /// <summary>Whether the spaces differ.</summary>
    public static bool operator !=(TokenSpace left, TokenSpace right) => !left.Equals(right);

    private static string Shorten(ReadOnlySpan<char> text) => text.Length <= 80 ? text.ToString() : string.Concat(text[..77], "...");
}
