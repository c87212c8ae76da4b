using System.Buffers.Binary;
using System.Text;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Tests.Models.Safetensors;

public sealed class SafetensorsRuleTests(Files files) : IClassFixture<Files>
{
    private const string A = "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}";

    [Theory]
    [InlineData("", 4, "header: is empty")]
    [InlineData(" {" + A + "}", 4, "begins with byte 32")]
    [InlineData("[" + A + "]", 4, "begins with byte 91")]
    [InlineData("{" + A + "} x", 4, "not valid JSON")]
    [InlineData("{" + A + "}{}", 4, "not valid JSON")]
    [InlineData("{" + A, 4, "not valid JSON")]
    [InlineData("{" + A + ",}", 4, "not valid JSON")]
    [InlineData("{/**/" + A + "}", 4, "not valid JSON")]
    [InlineData("{\"\\ud800\":1," + A + "}", 4, "not valid Unicode")]
    [InlineData("{" + A + "," + A + "}", 4, "tensor \"a\": occurs twice")]
    [InlineData("{" + A + ",\"\\u0061\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[4,4]}}", 4, "tensor \"a\": occurs twice")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4, "dtype: occurs twice")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"shape\":[4],\"data_offsets\":[0,4]}}", 4, "shape: occurs twice")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4],\"data_offsets\":[0,4]}}", 4, "data_offsets: occurs twice")]
    [InlineData("{\"__metadata__\":{},\"__metadata__\":{}," + A + "}", 4, "__metadata__: occurs twice")]
    [InlineData("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}," + A + "}", 4, "__metadata__ \"k\": occurs twice")]
    [InlineData("{\"__metadata__\":{\"k\":1}," + A + "}", 4, "__metadata__ \"k\": must be a string")]
    [InlineData("{\"__metadata__\":{\"k\":null}," + A + "}", 4, "__metadata__ \"k\": must be a string")]
    [InlineData("{\"__metadata__\":[]," + A + "}", 4, "__metadata__: must be an object")]
    [InlineData("{\"a\":4}", 4, "tensor \"a\": must be an object")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4],\"order\":\"F\"}}", 4, "order: is not a field")]
    [InlineData("{\"a\":{\"shape\":[4],\"data_offsets\":[0,4]}}", 4, "lacks dtype")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,4]}}", 4, "lacks shape")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4]}}", 4, "lacks data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F33\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4, "dtype: \"F33\" is unknown")]
    [InlineData("{\"a\":{\"dtype\":\"u8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4, "dtype: \"u8\" is unknown")]
    [InlineData("{\"a\":{\"dtype\":8,\"shape\":[4],\"data_offsets\":[0,4]}}", 4, "dtype: must be a string")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[-4],\"data_offsets\":[0,4]}}", 4, "shape: has an entry")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4.5],\"data_offsets\":[0,4]}}", 4, "shape: has an entry")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[\"4\"],\"data_offsets\":[0,4]}}", 4, "shape: has an entry")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}", 4, "shape: has an entry")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":4,\"data_offsets\":[0,4]}}", 4, "shape: must be an array")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296,4294967296],\"data_offsets\":[0,4]}}", 4, "more elements than")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296,0],\"data_offsets\":[0,0]}}", 0, "more elements than")]
    [InlineData("{\"a\":{\"dtype\":\"F4\",\"shape\":[7],\"data_offsets\":[0,3]}}", 3, "does not fill whole bytes")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,4]}}", 4, "U8 [5] needs 5")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,2]}}", 2, "F32 [] needs 4")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4,4]}}", 4, "has 3 numbers")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,0]}}", 4, "ends before it begins")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[-4,0]}}", 4, "data_offsets: has an entry")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[1,5]}}", 5, "hole from 0")]
    [InlineData("{" + A + ",\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[5,7]}}", 7, "tensor \"b\": data_offsets: begins at 5 and leaves a hole from 4")]
    [InlineData("{" + A + ",\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[3,6]}}", 6, "overlaps the tensor that ends at 4")]
    [InlineData("{" + A + ",\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4, "overlaps")]
    [InlineData("{" + A + "}", 3, "the file has only 3 bytes")]
    [InlineData("{" + A + "}", 5, "end of file: the file has 5 bytes of data, but its tensors end at 4")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[1152921504606846975],\"data_offsets\":[0,1152921504606846975]}}", 4, "the file has only 4 bytes")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[9223372036854775807,9223372036854775807]}}", 0, "hole from 0")]
    [InlineData("{}  ", 1, "end of file")]
    public void Every_rule_of_the_format_is_enforced(string header, int data, string expected) =>
        Assert.Contains(expected, Files.Refused(files.Write(header, new byte[data])), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(9)]
    public void A_file_shorter_than_a_header_is_refused(int length) =>
        Assert.Contains("too few", Files.Refused(files.WriteBytes(new byte[length])), StringComparison.Ordinal);

    [Fact]
    public void A_header_length_beyond_the_file_or_the_format_is_refused()
    {
        byte[] bytes = File.ReadAllBytes(files.Write("{" + A + "}", new byte[4]));
        foreach ((ulong length, string expected) in new (ulong, string)[]
        {
            ((ulong)bytes.Length - 7, "exceeds the"), (100_000_001, "exceeds the format's"), (ulong.MaxValue, "exceeds the format's"), (1UL << 63, "exceeds the format's"), (0, "is empty"),
        })
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
            Assert.Contains(expected, Files.Refused(files.WriteBytes(bytes)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_header_that_is_not_UTF_8_is_refused()
    {
        byte[] header = [.. Encoding.UTF8.GetBytes("{\"__metadata__\":{\"k\":\""), 0xFF, .. Encoding.UTF8.GetBytes("\"}}")];
        Assert.Contains("UTF-8", Files.Refused(files.Write(header, [])), StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused_at_its_first_level()
    {
        string nest = new('[', 100_000);
        Assert.Contains("tensor \"a\": must be an object", Files.Refused(files.Write("{\"a\":" + nest, [])), StringComparison.Ordinal);
        Assert.Contains("shape: has an entry", Files.Refused(files.Write("{\"a\":{\"shape\":" + nest, [])), StringComparison.Ordinal);
    }

    [Fact]
    public void Random_mutations_open_or_give_one_kind_of_error()
    {
        var random = new Random(11);
        byte[] seed = File.ReadAllBytes(files.Write(
            "{\"__metadata__\":{\"format\":\"pt\"},\"b\":{\"dtype\":\"F16\",\"shape\":[2,3],\"data_offsets\":[4,16]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} ",
            new byte[16]));
        int opened = 0;
        const string Alphabet = "{}[]\",:0123456789-.eE \\u/FUIaba";
        for (int trial = 0; trial < 3000; trial++)
        {
            List<byte> bytes = [.. seed];
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                int at = random.Next(bytes.Count);
                byte value = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)Alphabet[random.Next(Alphabet.Length)];
                switch (random.Next(4))
                {
                    case 0:
                        bytes.RemoveAt(at);
                        break;
                    case 1:
                        bytes.Insert(at, value);
                        break;
                    default:
                        bytes[at] = value;
                        break;
                }
            }
            string path = files.WriteBytes([.. bytes]);
            try
            {
                using SafetensorsFile file = SafetensorsFile.Open(path);
                opened++;
                Assert.Equal(file.Tensors.Values.Sum(t => t.ByteLength), file.Tensors.Keys.Sum(n => (long)file.Bytes(n).Length));
            }
            catch (ModelFormatException e)
            {
                Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
            }
        }
        // Mutations of the data bytes and of names leave a valid file, so both ways must have been taken.
        Assert.InRange(opened, 1, 2999);
    }
}
