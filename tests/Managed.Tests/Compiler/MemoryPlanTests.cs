using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

public class MemoryPlanTests(RealPrograms models) : IClassFixture<RealPrograms>
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 300)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_programs_run_without_one_value_overwriting_another(int seed)
    {
        IntegerProgram program = RandomProgram.Of(seed);
        MemoryPlan plan = MemoryPlan.Of(program);

        Check(program, plan);
    }

    [Theory]
    [InlineData("edge-light")]
    [InlineData("edge-meter")]
    [InlineData("edge-light encoder")]
    public void The_arenas_of_the_built_in_models_are_within_a_tenth_of_the_least_possible(string name)
    {
        IntegerProgram program = models[name];
        MemoryPlan plan = MemoryPlan.Of(program);

        Check(program, plan);
        Assert.InRange(plan.ArenaBytes, plan.LowerBound, plan.LowerBound * 1.1);
    }

    [Theory]
    [InlineData("edge-light", 60_544)]
    [InlineData("edge-meter", 16_832)]
    public void Room_for_further_frames_costs_their_rows_alone(string name, int oneFrame)
    {
        IntegerProgram program = models[name];
        MemoryPlan plan = MemoryPlan.Of(program);

        Assert.Equal(oneFrame, plan.ArenaBytes);
        // No less than the most bytes of rows that one operation needs; histories and the head's work space are there once.
        int rows = program.Operations.Max(o => o.Inputs.Append(o.Output).Distinct().Where(b => b != program.Operations[^1].Output).Sum(b => b.Bytes));
        Assert.InRange(plan.FrameBytes, rows, plan.ArenaBytes - plan.StateBytes);
        Assert.All(plan.Blocks.Where(b => b.IsState && !b.Grows), state => Assert.Equal(0, state.Stride));
    }

    [Fact]
    public void The_plan_does_not_depend_on_anything_but_the_program()
    {
        IntegerProgram program = RandomProgram.Of(1);

        Assert.Equal(MemoryPlan.Of(program).Blocks, MemoryPlan.Of(program).Blocks);
    }

    [Fact]
    public void Two_blocks_of_one_name_are_refused()
    {
        IntegerProgram program = RandomProgram.Of(2);
        IntegerOperation first = program.Operations[0];
        var twin = new IntegerBuffer(first.Output.Name, ElementType.Int16, 1, first.Output.Channels + 1, 1);
        var again = new LayerNormOperation("again", twin, first.Output, 1, 1u << 30, 20);

        var e = Assert.Throws<BuildException>(() => MemoryPlan.Of(program with { Operations = [first, again, .. program.Operations.Skip(1)] }));

        Assert.Contains($"'{first.Output.Name}'", e.Message, StringComparison.Ordinal);
    }

    private static void Check(IntegerProgram program, MemoryPlan plan)
    {
        Assert.Equal(0, plan.ArenaBytes % MemoryPlan.Alignment);
        Assert.Equal(0, plan.FrameBytes % MemoryPlan.Alignment);
        Assert.Equal(program.IsEncoder, plan.FrameBytes == 0);
        int[] counts = program.IsEncoder ? [1] : [1, 2, 3, 7, 64];
        foreach ((ArenaBlock block, int frames) in plan.Blocks.SelectMany(b => counts.Select(n => (b, n))))
        {
            Assert.Equal(0, block.OffsetFor(frames) % MemoryPlan.Alignment);
            Assert.InRange(block.OffsetFor(frames), MemoryPlan.HeaderBytes, plan.ArenaBytes + ((frames - 1) * plan.FrameBytes) - block.BytesFor(frames));
        }

        (int state, int live) = Needed(program);
        Assert.Equal(state, plan.StateBytes);
        Assert.Equal(state + live, plan.LowerBound);
        Assert.True(plan.ArenaBytes >= plan.LowerBound);
        foreach (int frames in counts)
        {
            var memory = new TaggedMemory(program, plan, frames);
            for (int frame = 0; frame < 3; frame++)
            {
                memory.Frame(hopByHop: frame == 1);
            }
        }
    }

    // By hand from the design: header, histories, the state of head or front-end and what the frame hands to the hops live for ever; of the rest, the most at one time.
    private static (int State, int Live) Needed(IntegerProgram program)
    {
        IntegerOperation first = program.Operations[0], last = program.Operations[^1];
        int state = 32, live = 0;
        state += last is SourceFilterOperation { Constants: var s } ? 24 + (3 * s.Knots * 2) + (5 * s.Hop * 4) + 8 + (s.Knots * 2) : 0;
        state += first is FrontEndOperation { Constants: var f } ? ((1 << f.Log2Fft) - f.Hop) * 2 : 0;
        state += program.Operations.Sum(o => o switch { WindowOperation w => w.History.Rows * w.History.Channels * 2, DepthwiseOperation d => d.History.Rows * d.History.Channels * 2, _ => 0 });
        IntegerBuffer[] buffers = [.. program.Operations.SelectMany(o => o.Inputs.Append(o.Output)).Distinct().Where(b => b != last.Output)];
        HashSet<IntegerBuffer> handed = program.IsEncoder ? [] : [.. program.Operations.Where(o => o.Inputs.All(i => i.Rows == 1) && o.Output.Rows == program.Hops).Select(o => o.Output)];
        state += handed.Sum(b => b.Bytes);
        for (int t = 0; t < program.Operations.Count; t++)
        {
            bool Uses(int at, IntegerBuffer buffer) => program.Operations[at].Output == buffer || program.Operations[at].Inputs.Contains(buffer);
            int now = buffers.Where(b => !handed.Contains(b))
                .Where(b => Enumerable.Range(0, t + 1).Any(at => Uses(at, b)) && Enumerable.Range(t, program.Operations.Count - t).Any(at => Uses(at, b)))
                .Sum(b => b.Bytes);
            live = Math.Max(live, now + OwnScratch(program.Operations[t]));
        }

        return (state, live);

        // Work space of the head: a transform and the filtered spectrum; of the front-end: a frame of samples that a flush fills up, a transform, its magnitudes.
        static int OwnScratch(IntegerOperation operation) => operation switch
        {
            SourceFilterOperation { Constants: var c } => (2 * 4 << c.Log2Fft) + (((1 << c.Log2Fft) + 2) * 4),
            FrontEndOperation { Constants: var c } => (operation.Output.Rows * c.Hop * 2) + (4 << c.Log2Fft) + (((1 << c.Log2Fft) / 2 + 1) * 4),
            _ => 0,
        };
    }
}
