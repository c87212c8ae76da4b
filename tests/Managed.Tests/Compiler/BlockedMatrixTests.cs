using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

public class BlockedMatrixTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 16)]
    [InlineData(5, 17)]
    [InlineData(192, 244)]
    public void Every_weight_lies_in_its_block_and_every_other_place_is_zero(int inputs, int outputs)
    {
        IntegerMatrix matrix = Random(inputs, outputs);

        sbyte[] packed = BlockedMatrix.Weight(matrix);

        // [out/16][in/4][16][4], as the C kernels read it.
        int blocks = (outputs + 15) / 16, groups = (inputs + 3) / 4;
        Assert.Equal(blocks * groups * 16 * 4, packed.Length);
        int at = 0;
        for (int block = 0; block < blocks; block++)
        {
            for (int group = 0; group < groups; group++)
            {
                for (int o = block * 16; o < (block + 1) * 16; o++)
                {
                    for (int i = group * 4; i < (group + 1) * 4; i++)
                    {
                        Assert.Equal(o < outputs && i < inputs ? matrix.Weight[(o * inputs) + i] : 0, packed[at++]);
                    }
                }
            }
        }
    }

    [Fact]
    public void The_compensation_takes_off_what_adding_128_to_every_input_adds()
    {
        IntegerMatrix matrix = Random(37, 19);
        int[] compensation = BlockedMatrix.Compensation(matrix);
        var random = new Random(3);
        int[] x = [.. Enumerable.Range(0, 37).Select(_ => random.Next(-128, 128))];

        Assert.Equal(32, compensation.Length);
        Assert.All(compensation[19..], c => Assert.Equal(0, c));
        for (int o = 0; o < 19; o++)
        {
            sbyte[] weights = matrix.Weight[(o * 37)..((o + 1) * 37)];
            int signed = weights.Zip(x, (w, v) => w * v).Sum(), offset = weights.Zip(x, (w, v) => w * (v + 128)).Sum();
            Assert.Equal(signed, offset + compensation[o]);
        }
    }

    [Fact]
    public void Values_of_outputs_are_padded_with_zeros_to_whole_blocks()
    {
        Assert.Equal([7, -8, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], BlockedMatrix.Padded([7, -8, 9]));
        Assert.Equal(16, BlockedMatrix.Padded(new int[16]).Length);
    }

    [Fact]
    public void The_host_board_asks_for_blocks() => Assert.Equal(WeightLayout.Blocked, Board.Load("host").WeightLayout);

    private static IntegerMatrix Random(int inputs, int outputs)
    {
        var random = new Random(inputs + outputs);
        sbyte[] weight = [.. Enumerable.Range(0, inputs * outputs).Select(_ => (sbyte)random.Next(-127, 128))];
        return new IntegerMatrix(inputs, outputs, weight, new int[outputs], new int[outputs], 0);
    }
}
