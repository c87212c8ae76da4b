using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Tests.Compiler;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>The instruction models of the boards against what QEMU counted over two calibration clips (94 frames), in millions for a second of speech.</summary>
public class InstructionModelTests(RealPrograms programs) : IClassFixture<RealPrograms>
{
    [Theory]
    [InlineData("rpi5", "edge-light", 33.278), InlineData("rpi5", "edge-meter", 7.233)]
    [InlineData("rpi4", "edge-light", 56.163), InlineData("rpi4", "edge-meter", 8.175)]
    [InlineData("rpi3", "edge-light", 56.502), InlineData("rpi3", "edge-meter", 8.200)]
    [InlineData("rpi2", "edge-light", 89.100), InlineData("rpi2", "edge-meter", 11.454)]
    [InlineData("rpi-zero", "edge-light", 270.938), InlineData("rpi-zero", "edge-meter", 26.496)]
    [InlineData("meter-m4", "edge-meter", 12.213)]
    [InlineData("meter-m3", "edge-meter", 40.284)]
    public void A_model_tells_what_was_counted_within_a_tenth(string board, string model, double counted)
    {
        InstructionModel instructions = Board.Load(board).InstructionModel!;

        double modelled = programs[model].Operations.Sum(instructions.Of) * 12.5 / 1e6;

        Assert.InRange(modelled / counted, 0.9, 1.1);
    }

    [Fact]
    public void An_instruction_takes_a_cycle_where_the_board_does_not_say_how_many()
    {
        Assert.Equal(1, Board.Load("rpi4").InstructionModel!.CyclesPerInstruction);
        Assert.Equal(1.4, Board.Load("meter-m4").InstructionModel!.CyclesPerInstruction);
        Assert.Equal(1.59, Board.Load("meter-m3").InstructionModel!.CyclesPerInstruction);
    }
}
