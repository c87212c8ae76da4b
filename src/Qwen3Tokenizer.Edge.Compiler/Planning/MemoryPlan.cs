using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Planning;

/// <summary>A named block of the arena.</summary>
/// <param name="Name">Unique name.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Offset">Bytes from the start of the arena.</param>
/// <param name="First">Position of the first operation that needs it.</param>
/// <param name="Last">Position of the last.</param>
public sealed record ArenaBlock(string Name, int Bytes, int Offset, int First, int Last)
{
    /// <summary>Whether it lives from frame to frame.</summary>
    public bool IsState => First == int.MinValue;
}

/// <summary>
/// Places everything a decoder keeps in one arena: state side by side, scratch by lifetime (blocks that are never alive together share bytes).
/// Greedy by size, the usual heuristic for offset assignment (Pisarchyk and Lee 2020); its distance from the lower bound is part of the report.
/// </summary>
public sealed class MemoryPlan
{
    /// <summary>Bytes at the start of the arena that belong to the generic decoder (Q3E_HEADER_BYTES).</summary>
    public const int HeaderBytes = 32;

    /// <summary>Alignment of every block.</summary>
    public const int Alignment = 16;

    // sizeof(q3e_oscillator), six 32-bit fields, and sizeof(q3e_concealment_state), two.
    private const int OscillatorBytes = 24;
    private const int ConcealmentBytes = 8;

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
    }

    /// <summary>Size of the arena.</summary>
    public int ArenaBytes { get; }

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
        int top = HeaderBytes, stateBytes = HeaderBytes;
        foreach (ArenaBlock block in wanted.Where(b => b.IsState))
        {
            placed.Add(block with { Offset = top });
            top = Align(top + block.Bytes);
            stateBytes += block.Bytes;
        }

        foreach (ArenaBlock block in wanted.Where(b => !b.IsState).OrderByDescending(b => b.Bytes).ThenBy(b => b.First).ThenBy(b => b.Name, StringComparer.Ordinal))
        {
            placed.Add(block with { Offset = FirstFit(block, top, placed) });
        }

        int live = Enumerable.Range(0, program.Operations.Count)
            .Max(t => wanted.Where(b => !b.IsState && b.First <= t && t <= b.Last).Sum(b => b.Bytes));
        return new MemoryPlan(placed, stateBytes, stateBytes + live);
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

        // PCM or codes go to the caller. What the slow part hands to the hops must survive between hop calls, so nothing of the hops may overlay it.
        IntegerBuffer result = program.Operations[^1].Output;
        blocks.AddRange(lives.Where(l => l.Key != result).Select(l => program.IsHandedToHops(l.Key)
            ? State(l.Key.Name, l.Key.Bytes)
            : new ArenaBlock(l.Key.Name, l.Key.Bytes, 0, l.Value.First, l.Value.Last)));
        return blocks;
    }

    private static ArenaBlock State(string name, int bytes) => new(name, bytes, 0, int.MinValue, int.MaxValue);

    private static int FirstFit(ArenaBlock block, int start, List<ArenaBlock> placed)
    {
        int offset = start;
        foreach (ArenaBlock other in placed.Where(o => !o.IsState && o.First <= block.Last && block.First <= o.Last).OrderBy(o => o.Offset))
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
