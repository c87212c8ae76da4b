using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Tests.Runtime;

[Collection(FixtureCollection.Name)]
public sealed class ModelTests(FixtureLibraries libraries) : IDisposable
{
    private readonly EmittedLibrary _library = EmittedLibrary.Load(libraries.Models);

    public void Dispose() => _library.Dispose();

    [Theory]
    [InlineData("fixture-saw")]
    [InlineData("fixture-longer")] // appended fields of a later emitter do not disturb
    public void The_descriptor_is_read_field_by_field(string name)
    {
        EmittedModel model = _library.Model(name);

        Assert.Equal(name, model.Name);
        Assert.Equal(1, model.ArithmeticVersion);
        Assert.Equal(8000, model.SampleRate);
        Assert.Equal(640, model.FrameSamples);
        Assert.Equal(160, model.HopSamples);
        Assert.Equal(24, model.DelaySamples);
        Assert.Equal(2, model.MinLayers);
        Assert.Equal(8, model.MaxLayers);
        Assert.Equal(6, model.UsedLayers);
        Assert.Equal(512, model.CodebookSize);
        Assert.Equal(64, model.DecoderArenaBytes);
        Assert.Equal(16, model.DecoderFrameBytes);
        Assert.Equal("a00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e0f", model.TokenSpaceHex);
        Assert.Equal(32, model.TokenSpaceBytes.Length);
        Assert.Equal(0xA0, model.TokenSpaceBytes[0]);
        Assert.Equal(0x0F, model.TokenSpaceBytes[31]);
        Assert.Same(_library, model.Library);
    }

    [Fact]
    public void The_encoders_fields_are_read_one_by_one()
    {
        EmittedModel model = _library.Model("fixture-peak");

        Assert.True(model.CanEncode);
        Assert.Equal(2608, model.EncoderArenaBytes);
        Assert.Equal(16000, model.EncoderSampleRate);
        Assert.Equal(1280, model.EncoderFrameSamples);
        Assert.Equal(1400, model.EncoderDelaySamples);
        Assert.Equal(5, model.EncoderLayers);
        Assert.Equal(3, model.EncoderFlushFrames); // ceil((1279 + 1400) / 1280)
        Assert.Equal(8000, model.SampleRate);
        Assert.Equal(64, model.DecoderArenaBytes);
    }

    [Theory]
    [InlineData("fixture-saw")]
    [InlineData("fixture-longer")]
    public void A_model_without_an_encoder_says_so(string name)
    {
        EmittedModel model = _library.Model(name);

        Assert.False(model.CanEncode);
        Assert.All([model.EncoderArenaBytes, model.EncoderSampleRate, model.EncoderFrameSamples, model.EncoderDelaySamples, model.EncoderLayers, model.EncoderFlushFrames],
            value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_model_that_the_library_lacks_is_named_with_its_symbol()
    {
        var error = Assert.Throws<EmittedLibraryException>(() => _library.Model("edge-light"));

        Assert.Contains(libraries.Models, error.Message, StringComparison.Ordinal);
        Assert.Contains("\"edge-light\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("q3e_edge_light", error.Message, StringComparison.Ordinal);
        Assert.Equal(EmittedStatus.Ok, error.Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fixture_saw")]
    [InlineData("../saw")]
    [InlineData("fixture saw")]
    [InlineData("sägezahn")]
    [InlineData("a-name-that-is-much-longer-than-any-model-has-ever-been-given-or-will")]
    public void A_text_that_cannot_be_a_models_name_is_an_argument_error(string name)
    {
        Assert.Throws<ArgumentException>(() => _library.Model(name));
    }

    [Theory]
    [InlineData("bad-size", "bytes long")]
    [InlineData("bad-huge", "bytes long")]
    [InlineData("bad-version", "version 3 in a library of version 2")]
    [InlineData("bad-zero", "version 0 in a library of version 2")]
    [InlineData("bad-rate", "sample_rate 0")]
    [InlineData("bad-frame", "frame_samples 641")]
    [InlineData("bad-hop", "hop_samples 1073741984")]
    [InlineData("bad-min", "min_layers 9")]
    [InlineData("bad-max", "max_layers 2147483648")]
    [InlineData("bad-used", "used_layers 9")]
    [InlineData("bad-codebook", "codebook_size 65537")]
    [InlineData("bad-arena", "decoder_arena_bytes 2147483648")]
    [InlineData("bad-small", "decoder_arena_bytes 31")]
    [InlineData("bad-frameless", "decoder_frame_bytes 0")]
    [InlineData("bad-frames", "decoder_frame_bytes 2147483648")]
    [InlineData("bad-name", "names the model \"fixture-saw\"")]
    [InlineData("bad-nameless", "has no name")]
    [InlineData("bad-function", "lacks a function")]
    [InlineData("bad-conceal", "lacks a function")]
    [InlineData("bad-encoder-small", "encoder_arena_bytes 31")]
    [InlineData("bad-encoder-arena", "encoder_arena_bytes 2147483648")]
    [InlineData("bad-encoder-rate", "encoder_sample_rate 384001")]
    [InlineData("bad-encoder-frame", "encoder_frame_samples 640")]
    [InlineData("bad-encoder-delay", "encoder_delay_samples 2147483648")]
    [InlineData("bad-encoder-layerless", "encoder_layers 0")]
    [InlineData("bad-encoder-layers", "encoder_layers 65")]
    [InlineData("bad-encoder-header", "encoder_pad_offset 30")]
    [InlineData("bad-encoder-odd", "encoder_pad_offset 33")]
    [InlineData("bad-encoder-pad", "encoder_pad_offset 50")]
    [InlineData("bad-encoder-tight", "encoder_pad_offset 32")]
    [InlineData("bad-encoder-function", "lacks a function of the encoder")]
    [InlineData("bad-encoder-half", "encoder_sample_rate 16000")]
    [InlineData("bad-encoder-rest", "encoder_layers 5")]
    [InlineData("bad-encoder-stray", "has a function of an encoder")]
    public void A_descriptor_with_a_fault_is_refused_by_file_field_and_value(string name, string fault)
    {
        var error = Assert.Throws<EmittedLibraryException>(() => _library.Model(name));

        Assert.Contains($"\"{name}\" in '{libraries.Models}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abi-version")]
    [InlineData("decode-frame")]
    [InlineData("status-text")]
    public void A_function_of_the_interface_is_not_taken_for_a_model(string name)
    {
        Assert.Throws<EmittedLibraryException>(() => _library.Model(name));
    }
}
