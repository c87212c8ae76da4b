namespace Qwen3Tokenizer.Edge.Tests;

public sealed class NpyTests
{
    [Fact]
    public void A_golden_token_file_is_read_with_its_shape_and_values()
    {
        // The shape is written in the file; its header fills 128 bytes, then int32 codes follow.
        Npy tokens = Npy.LoadTestData("edge-golden/clip0.tokens.npy");
        Assert.Equal([21, 16], tokens.Shape);
        Assert.Equal(21 * 16, tokens.Ints.Length);
        Assert.All(tokens.Ints, code => Assert.InRange(code, 0, 2047));
        byte[] file = File.ReadAllBytes(TestData.Path("edge-golden/clip0.tokens.npy"));
        Assert.Equal(file[128] | (file[129] << 8), tokens.Ints[0]);
    }

    [Fact]
    public void A_float_file_cannot_be_read_as_integers()
    {
        Npy latent = Npy.LoadTestData("edge-golden/clip0.latent.npy");
        Assert.Equal([21, 64], latent.Shape);
        Assert.Equal(21 * 64, latent.Floats.Length);
        Assert.Throws<InvalidOperationException>(() => latent.Ints);
    }

    [Fact]
    public void Something_else_is_not_an_npy_file() =>
        Assert.Throws<InvalidDataException>(() => Npy.Load(TestData.Path("edge-golden/clip0.wav")));
}
