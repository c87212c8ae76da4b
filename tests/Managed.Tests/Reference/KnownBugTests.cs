using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Reference;
using Qwen3Tokenizer.Edge.Tests.Models.Nodes;
using Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

namespace Qwen3Tokenizer.Edge.Tests.Reference;

/// <summary>Known bugs of the reference implementation and of its ports: each as a test of what happens here.</summary>
public class KnownBugTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Bug_1_transposed_convolutions_are_trimmed_at_the_end_only_so_that_a_frame_is_1920_samples(int frames)
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();
        ushort[] codes = Qwen3Golden.Codes("tiny", "decode_random")[..(frames * 16)];

        float[] wave = tokenizer.Decode(codes, 16).Waves[0];

        Assert.Equal(frames * 1920, wave.Length);
        NodeRun.Close(Qwen3Golden.Array("tiny", "decode_random", "wave.npy").Floats.AsSpan(0, wave.Length), wave, 3e-5);
    }

    [Fact]
    public void Bug_2_a_semantic_code_of_0_is_a_code_and_does_not_end_the_clip()
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();
        ushort[] codes = Qwen3Golden.Codes("tiny", "decode_random");
        Assert.Contains(Enumerable.Range(0, 40), frame => codes[frame * 16] == 0);

        Assert.Equal(40 * 1920, tokenizer.Decode(codes, 16).Waves[0].Length);
        Assert.Equal(40 * 1920, tokenizer.Decode(new ushort[40 * 16], 16).Waves[0].Length);
    }

    [Fact]
    public void Bug_3_a_clip_longer_than_a_chunk_is_decoded_in_one_pass_and_the_chunks_of_the_reference_have_a_name()
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();
        ushort[] codes = Qwen3Golden.Codes("tiny", "long");

        float[] single = tokenizer.Decode(codes, 16).Waves[0];
        float[] chunked = tokenizer.Decode(codes, 16, new DecodeOptions { Mode = DecodeMode.ReferenceChunks }).Waves[0];

        NodeRun.Close(Qwen3Golden.Array("tiny", "long", "wave.npy").Floats, chunked, 3e-5);
        Assert.Equal(single[..(300 * 1920)], chunked[..(300 * 1920)]);
        Assert.True(NodeRun.MaxError(single, chunked) > 1e-3);
    }

    [Fact]
    public void Bug_4_no_samples_are_lost_where_pieces_meet()
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();
        ushort[] codes = Qwen3Golden.Codes("tiny", "decode_random");
        using Qwen3TtsDecoding stream = tokenizer.OpenDecoder();
        var parts = new List<float>();
        foreach (ushort[] frame in codes.Chunk(16))
        {
            float[] samples = stream.Next(frame, 16);
            Assert.Equal(1920, samples.Length);
            parts.AddRange(samples);
        }

        Assert.Equal(tokenizer.Decode(codes, 16).Waves[0], parts);
    }

    [Fact]
    public void Bug_5_what_else_is_in_a_batch_changes_no_code_unless_the_reference_is_asked_for()
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();
        AudioClip[] clips = [Golden("input_0.npy"), Golden("input_1.npy")];

        EncodedAudio alone = tokenizer.Encode(clips), asReference = tokenizer.Encode(clips, new EncodeOptions { Batch = BatchMode.AsReference });

        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(Qwen3Golden.Codes("tiny", "batch_two", $"codes_{i}_alone.npy"), alone.AudioCodes[i].Codes);
            Assert.Equal(Qwen3Golden.Codes("tiny", "batch_two", $"codes_{i}.npy"), asReference.AudioCodes[i].Codes);
        }

        Assert.NotEqual(alone.AudioCodes[1].Codes.ToArray(), asReference.AudioCodes[1].Codes.ToArray());

        static AudioClip Golden(string file) => AudioClip.FromMono(Qwen3Golden.Array("tiny", "batch_two", file).Floats, 24000);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1919, 1)]
    [InlineData(1920, 1)]
    [InlineData(1921, 2)]
    public void Bug_6_a_clip_gives_as_many_frames_as_it_begins_and_16_of_the_stored_layers(int samples, int frames)
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();

        TokenClip clip = tokenizer.Encode(new float[samples], 24000).AudioCodes[0];

        Assert.Equal((frames, 16, samples), (clip.Frames, clip.Layers, (int)clip.Samples));
        Assert.Equal(samples, tokenizer.Decode(clip).Waves[0].Length);
    }

    [Theory]
    [InlineData("http://localhost/voice.wav")]
    [InlineData("https://localhost/voice.wav")]
    [InlineData("file:///voice.wav")]
    [InlineData("UklGRiQAAABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YQAAAAAUklGRiQAAABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YQAAAAA")]
    public void Bug_7_a_text_is_a_path_and_never_an_address_or_base64(string text)
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();

        Assert.ThrowsAny<IOException>(() => tokenizer.Encode(text));
    }

    [Fact]
    public void Bug_8_codebooks_are_sums_over_usage_and_usage_is_at_least_1e_5()
    {
        using var altered = new AlteredModel();
        const string codebook = "decoder.quantizer.rvq_first.vq.layers.0._codebook.";
        altered.Rewrite((name, shape, values) =>
        {
            // Entry 3 was hardly used: its usage is below the least, and its sum is as small as that.
            if (name == codebook + "cluster_usage")
            {
                values[3] = 1e-7f;
            }
            else if (name == codebook + "embedding_sum")
            {
                values.AsSpan(3 * 16, 16).Fill(2e-5f);
            }

            return (name, shape, values);
        });
        using var model = Edge.Models.Families.Qwen3Tts12Hz.Load(altered.Folder);
        var embed = (Edge.Models.Nodes.EmbedNode)model.Decoder["decoder.quantizer.rvq_first.entries"];

        Assert.All(embed.Table.Span.Slice(3 * 16, 16).ToArray(), v => Assert.Equal(2, v, 1e-6));
    }

    private static Qwen3TtsTokenizer Tiny() => Qwen3TtsTokenizer.FromPretrained(Qwen3Golden.Folder("tiny"), "cpu", new TokenizerOptions { Engine = Engines.Float });
}
