using System.Text;

namespace Qwen3Tokenizer.Edge.Tests.Tokens;

public sealed class TokenSpaceTests
{
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void The_space_of_abc_is_the_SHA_256_of_FIPS_180() =>
        Assert.Equal(Abc, TokenSpace.OfCodebooks(Encoding.ASCII.GetBytes("abc")).ToString());

    [Fact]
    public void Text_and_bytes_give_the_same_space()
    {
        TokenSpace parsed = TokenSpace.Parse(Abc.ToUpperInvariant());
        var bytes = new byte[32];
        parsed.CopyTo(bytes);
        Assert.Equal(Convert.FromHexString(Abc), bytes);
        Assert.Equal(parsed, new TokenSpace(bytes));
        Assert.True(parsed == new TokenSpace(bytes));
        Assert.Equal(parsed.GetHashCode(), new TokenSpace(bytes).GetHashCode());
    }

    [Fact]
    public void One_changed_bit_anywhere_is_another_space()
    {
        TokenSpace space = TokenSpace.Parse(Abc);
        for (int bit = 0; bit < 256; bit++)
        {
            byte[] bytes = Convert.FromHexString(Abc);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(space != new TokenSpace(bytes));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("ba78")]
    [InlineData("xa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad00")]
    public void What_is_not_64_digits_is_refused(string text)
    {
        Assert.False(TokenSpace.TryParse(text, out _));
        Assert.Throws<FormatException>(() => TokenSpace.Parse(text));
    }

    [Fact]
    public void A_space_of_31_bytes_is_refused() => Assert.Throws<ArgumentException>(() => new TokenSpace(new byte[31]));
}
