using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Planning;

/// <summary>
/// Places everything a decoder keeps in one arena: state side by side, scratch by lifetime (blocks that are never alive together share bytes).
/// Greedy by size, the usual heuristic for offset assignment (Pisarchyk and Lee 2020); its distance from the lower bound is part of the report.
/// </summary>
/// <remarks>
/// One plan serves any number of frames at once. Behind the state, where the rows of activations are, every block with rows for each frame
/// has an offset and a size that are multiplied by the number of frames: blocks that do not overlap for one frame do not for n. The head's
/// work space, which is needed once for all frames, follows the few of them that live at the same time.
/// </remarks>
public sealed class MemoryPlan
{
    /// <summary>Bytes at the start of the arena that belong to the generic decoder (Q3E_HEADER_BYTES).</summary>
    public const int HeaderBytes = 32;

    /// <summary>Alignment of every block.</summary>
    public const int Alignment = 16;

    // sizeof(q3e_oscillator), six 32-bit fields, and sizeof(q3e_concealment_state), two.
    private const int OscillatorBytes = 24;
    private const int ConcealmentBytes = 8;

    // sizeof(q3e_attention_state), two 32-bit fields.
    private const int AttentionStateBytes = 8;

    private readonly Dictionary<string, ArenaBlock> _blocks = new(StringComparer.Ordinal);

    private MemoryPlan(IEnumerable<ArenaBlock> blocks, int stateBytes, int lowerBound)
    {
        foreach (ArenaBlock block in blocks)
        {
            if (!_blocks.TryAdd(block.Name, block))
            {
                throw new BuildException($"Two blocks of the arena are called '{block.Name}': rename that node.");
            }
        }

        StateBytes = stateBytes;
        LowerBound = lowerBound;
        ArenaBytes = Align(_blocks.Values.Max(b => b.Offset + b.Bytes));
        FrameBytes = Align(_blocks.Values.Max(b => b.OffsetFor(2) + b.BytesFor(2) - b.Offset - b.Bytes));
    }

    /// <summary>Size of the arena for one frame at a time.</summary>
    public int ArenaBytes { get; }

    /// <summary>Bytes that each further frame at once takes: with <c>ArenaBytes + (n - 1) * FrameBytes</c> n frames pass together. 0 in an encoder.</summary>
    public int FrameBytes { get; }

    /// <summary>Bytes that live from frame to frame, header included.</summary>
    public int StateBytes { get; }

    /// <summary>No plan can be smaller: state plus the most scratch bytes that are alive at one operation.</summary>
    public int LowerBound { get; }

    /// <summary>All blocks by offset.</summary>
    public IEnumerable<ArenaBlock> Blocks => _blocks.Values.OrderBy(b => b.Offset).ThenBy(b => b.Name, StringComparer.Ordinal);

    /// <summary>The block called <paramref name="name"/>.</summary>
    public ArenaBlock this[string name] => _blocks[name];

    /// <summary>Plans the arena of <paramref name="program"/>.</summary>
    /// <exception cref="BuildException">Two blocks have the same name.</exception>
    public static MemoryPlan Of(IntegerProgram program)
    {
        List<ArenaBlock> wanted = Wanted(program);
        var placed = new List<ArenaBlock>();
        int top = HeaderBytes;
        foreach (ArenaBlock block in wanted.Where(b => b.IsState && !b.Grows))
        {
            placed.Add(block with { Offset = top });
            top = Align(top + block.Bytes);
        }

        // First the rows that live with the work space, then the work space behind them, then all other rows: they may lie where it is.
        ArenaBlock[] work = [.. wanted.Where(b => !b.IsState && !b.Grows)];
        ArenaBlock[] rows = [.. wanted.Where(b => b.Grows)], beside = [.. rows.Where(r => work.Any(r.LivesWith))];
        Place(beside, top, 0, placed);
        int edge = placed.Where(b => b.Grows).Select(b => Align(b.Offset + b.Bytes)).DefaultIfEmpty(top).Max();
        Place(work, edge, edge - top, placed);
        Place([.. rows.Except(beside)], top, 0, placed);

        int stateBytes = HeaderBytes + wanted.Where(b => b.IsState).Sum(b => b.Bytes);
        int live = Enumerable.Range(0, program.Operations.Count)
            .Max(t => wanted.Where(b => !b.IsState && b.First <= t && t <= b.Last).Sum(b => b.Bytes));
        return new MemoryPlan(placed.Select(b => b.Grows ? b with { Stride = b.Offset - top } : b), stateBytes, stateBytes + live);
    }

    // Greedy by size from `start`, beside what is placed already and either has rows for each frame or not, as these blocks.
    private static void Place(ArenaBlock[] blocks, int start, int stride, List<ArenaBlock> placed)
    {
        foreach (ArenaBlock block in blocks.OrderByDescending(b => b.IsState).ThenByDescending(b => b.Bytes).ThenBy(b => b.First).ThenBy(b => b.Name, StringComparer.Ordinal))
        {
            placed.Add(block with { Offset = FirstFit(block, start, placed), Stride = stride });
        }
    }

    private static List<ArenaBlock> Wanted(IntegerProgram program)
    {
        var blocks = new List<ArenaBlock>();
        var lives = new Dictionary<IntegerBuffer, (int First, int Last)>();
        for (int t = 0; t < program.Operations.Count; t++)
        {
            IntegerOperation operation = program.Operations[t];
            foreach (IntegerBuffer buffer in operation.Inputs.Append(operation.Output))
            {
                lives[buffer] = lives.TryGetValue(buffer, out (int First, int Last) life) ? (life.First, t) : (t, t);
            }

            if (operation is WindowOperation { History: var window })
            {
                blocks.Add(State(window.Name, window.Bytes));
            }
            else if (GatheredRows.WindowOf(operation) is { History: var past })
            {
                blocks.Add(State(past.Name, past.Bytes));
            }
            else if (operation is AttentionOperation attention)
            {
                blocks.AddRange([
                    State(attention.StateName, AttentionStateBytes), State(attention.Keys.Name, attention.Keys.Bytes), State(attention.Values.Name, attention.Values.Bytes)]);
            }
            else if (operation is DepthwiseOperation { History: var depthwise })
            {
                blocks.Add(State(depthwise.Name, depthwise.Bytes));
            }
            else if (operation is FrontEndOperation { Constants: var f })
            {
                int points = 1 << f.Log2Fft;
                blocks.AddRange([
                    State("samples", (points - f.Hop) * sizeof(short)),
                    new ArenaBlock("frame", operation.Output.Rows * f.Hop * sizeof(short), 0, t, t),
                    new ArenaBlock("spectrum", points * sizeof(int), 0, t, t), new ArenaBlock("magnitude", ((points / 2) + 1) * sizeof(uint), 0, t, t)]);
            }
            else if (operation is SourceFilterOperation { Constants: var c })
            {
                int points = 1 << c.Log2Fft;
                blocks.AddRange([
                    State("oscillator", OscillatorBytes), State("previous", 3 * c.Knots * sizeof(short)), State("harmonic", 2 * c.Hop * sizeof(int)),
                    State("noise", 2 * c.Hop * sizeof(int)), State("overlap", c.Hop * sizeof(int)),
                    State("concealment", ConcealmentBytes), State("background", c.Knots * sizeof(short)),
                    new ArenaBlock("spectrum", 2 * points * sizeof(int), 0, t, t), new ArenaBlock("filtered", (points + 2) * sizeof(int), 0, t, t)]);
            }
        }

        int[] gathering = [.. Enumerable.Range(0, program.Operations.Count).Where(t => GatheredRows.WindowOf(program.Operations[t]) is not null)];
        if (gathering.Length > 0)
        {
            blocks.Add(new ArenaBlock(GatheredRows.BlockName, program.Operations.Max(GatheredRows.Bytes), 0, gathering[0], gathering[^1]));
        }

        // PCM or codes go to the caller; the samples of a wave wait for the hops that hand them out. What the slow part hands to the hops must survive between hop calls, so nothing of the hops may overlay it.
        IntegerBuffer result = program.Operations[^1].Output;
        blocks.AddRange(lives.Where(l => l.Key != result || program.IsWave).Select(l => (program.IsHandedToHops(l.Key) || l.Key == result
            ? State(l.Key.Name, l.Key.Bytes)
            : new ArenaBlock(l.Key.Name, l.Key.Bytes, 0, l.Value.First, l.Value.Last)) with { Grows = !program.IsEncoder }));
        return blocks;
    }

    private static ArenaBlock State(string name, int bytes) => new(name, bytes, 0, int.MinValue, int.MaxValue);

    private static int FirstFit(ArenaBlock block, int start, List<ArenaBlock> placed)
    {
        int offset = start;
        foreach (ArenaBlock other in placed.Where(o => o.Grows == block.Grows && o.Offset >= start && o.LivesWith(block)).OrderBy(o => o.Offset))
        {
            if (offset + block.Bytes <= other.Offset)
            {
                break;
            }

            offset = Math.Max(offset, Align(other.Offset + other.Bytes));
        }

        return offset;
    }

    private static int Align(int bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
