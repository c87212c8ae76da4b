using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>
/// Runs a program on an arena whose bytes remember only which block wrote them: where a plan lets one value overwrite another that is still needed, the reader finds
/// a stranger's bytes.
/// </summary>
internal sealed class TaggedMemory
{
    private static readonly string[] HeadState = ["oscillator", "previous", "harmonic", "noise", "overlap", "concealment", "background"];
    private static readonly string[] FrontEndState = ["samples"];
    private readonly IntegerProgram _program;
    private readonly MemoryPlan _plan;
    private readonly string?[] _owner;
    private readonly int _most;
    private readonly IntegerBuffer _result;
    private int _frames = 1;

    /// <summary>An arena with room for <paramref name="frames"/> frames at once.</summary>
    public TaggedMemory(IntegerProgram program, MemoryPlan plan, int frames)
    {
        (_program, _plan, _most, _owner) = (program, plan, frames, new string?[plan.ArenaBytes + ((frames - 1) * plan.FrameBytes)]);
        _result = program.Operations[^1].Output;
        Array.Fill(_owner, "header", 0, MemoryPlan.HeaderBytes);
        foreach (string state in Histories().Concat(program.IsEncoder ? FrontEndState : HeadState))
        {
            Write(state);
        }
    }

    /// <summary>One frame in hops, or as many frames at once as there is room for.</summary>
    public void Frame(bool hopByHop)
    {
        _frames = hopByHop ? 1 : _most;
        // An encoder runs in one piece.
        foreach (IntegerOperation operation in _program.IsEncoder ? _program.Operations : _program.TokenOperations)
        {
            Execute(operation);
        }

        for (int hop = 0; hop < (_program.IsEncoder ? 0 : hopByHop ? _program.Hops : 1); hop++)
        {
            foreach (IntegerOperation operation in _program.HopOperations)
            {
                Execute(operation);
            }
        }

        Assert.All(_owner[..MemoryPlan.HeaderBytes], owner => Assert.Equal("header", owner));
    }

    private void Execute(IntegerOperation operation)
    {
        foreach (IntegerBuffer input in operation.Inputs)
        {
            Read(input.Name, operation);
        }

        string? history = HistoryOf(operation);
        if (history is not null)
        {
            Read(history, operation);
            Write(history);
        }

        if (operation is SourceFilterOperation)
        {
            Array.ForEach(HeadState, s => Read(s, operation));
            Array.ForEach([.. HeadState, "spectrum", "filtered"], Write);
        }

        if (operation is FrontEndOperation)
        {
            // A flush has filled up a frame; its hops are read one by one, between the rows that are written.
            Write("frame");
            Array.ForEach([.. FrontEndState, "spectrum", "magnitude"], Write);
            Write(operation.Output.Name);
            Array.ForEach([.. FrontEndState, "frame", "spectrum", "magnitude"], s => Read(s, operation));
        }

        if (operation.Output != _result)
        {
            Write(operation.Output.Name);
        }

        // Written while it was read: neither may lie on the other.
        foreach (IntegerBuffer input in operation.Inputs)
        {
            Read(input.Name, operation);
        }
    }

    private IEnumerable<string> Histories() => _program.Operations.Select(HistoryOf).OfType<string>();

    private static string? HistoryOf(IntegerOperation operation) => operation switch
    {
        WindowOperation o => o.History.Name,
        DepthwiseOperation o => o.History.Name,
        _ => null,
    };

    private void Write(string block) => Array.Fill(_owner, block, _plan[block].OffsetFor(_frames), _plan[block].BytesFor(_frames));

    private void Read(string block, IntegerOperation reader)
    {
        string?[] owners = [.. _owner.AsSpan(_plan[block].OffsetFor(_frames), _plan[block].BytesFor(_frames))];
        Assert.True(owners.All(owner => owner == block), $"{reader.Name} reads {block} and finds {Array.Find(owners, owner => owner != block) ?? "nothing"}, {_frames} frames at once.");
    }
}
