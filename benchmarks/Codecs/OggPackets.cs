using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Benchmarks.Codecs;

/// <summary>Packets of an Ogg file (RFC 3533) with one stream.</summary>
internal static class OggPackets
{
    private const int HeaderBytes = 27;

    // RFC 7845: an Opus stream begins with its identification and its comments.
    private const int OpusHeaders = 2;

    /// <summary>Bytes of all packets behind the two headers of an Opus stream.</summary>
    public static long PayloadBytes(ReadOnlySpan<byte> file)
    {
        long bytes = 0;
        int packets = 0, position = 0;
        while (position < file.Length)
        {
            ReadOnlySpan<byte> page = file[position..];
            if (page.Length < HeaderBytes || !page.StartsWith("OggS"u8) || page.Length < HeaderBytes + page[26])
            {
                throw new BuildException($"The Opus file has no Ogg page at byte {position}.");
            }

            int body = 0;
            foreach (byte segment in page.Slice(HeaderBytes, page[26]))
            {
                body += segment;
                bytes += packets >= OpusHeaders ? segment : 0;

                // A segment below 255 bytes ends its packet.
                packets += segment < 255 ? 1 : 0;
            }

            position += HeaderBytes + page[26] + body;
        }

        return bytes;
    }
}
