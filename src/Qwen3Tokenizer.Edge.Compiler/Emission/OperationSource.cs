using System.Globalization;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Emission;

/// <summary>
/// Prints the kernel call of each operation and registers its constants. Q3E_KERNEL calls the kernel of the instruction set that the decoder or encoder uses.
/// </summary>
/// <param name="names">Names in C.</param>
/// <param name="program">The operations.</param>
/// <param name="plan">Where their values lie.</param>
/// <param name="weights">Receives their constants.</param>
/// <param name="layout">How matrices are stored.</param>
/// <param name="minLayers">Fewest layers that a decoder is called with.</param>
public sealed class OperationSource(CNames names, IntegerProgram program, MemoryPlan plan, WeightSet weights, WeightLayout layout, int minLayers)
{
    /// <summary>C statements for one operation; <c>arena</c>, in a decoder <c>frames</c> and <c>rows</c> and, in its hop part, <c>first</c> are in scope.</summary>
    public IEnumerable<string> Print(IntegerOperation operation, bool hop)
    {
        IEnumerable<string> lines = operation switch
        {
            EmbedOperation o => Embed(o),
            WindowOperation o => Window(o, hop),
            LinearOperation { Window: { } window } o => Convolution(o, o.Input, o.Matrix, window, [], "", "&m"),
            LinearSnakeOperation { Window: { } window } o => Convolution(o, o.Input, o.Matrix, window, [Snake(o.Output.Name, o.Constants)], $"_snake_{Suffix(o.Output)}", "&m, &s"),
            LinearSnakeOperation o => LinearSnake(o, hop),
            LinearOperation o => Linear(o.Name, o.Matrix, "", $"{In(o.Input, hop)}, {At(o.Output, hop)}", o.Input),
            LinearAddOperation o => Linear(o.Name, o.Matrix, "_add", $"{In(o.Input, hop)}, {In(o.Residual, hop)}, {At(o.Output, hop)}", o.Input),
            LinearGeluOperation o => Gelu(o, hop),
            DepthwiseOperation o => Depthwise(o, hop),
            LayerNormOperation o => LayerNorm(o, hop),
            SnakeOperation o => Snake(o, hop),
            RmsNormOperation o => RmsNorm(o, hop),
            NarrowOperation o => [$"q3e_narrow({In(o.Input, hop)}, {At(o.Output, hop)}, rows * {I(o.Output.Channels)}, {I(o.Gain)}, {I(o.Shift)});"],
            SiluGateOperation o => SiluGate(o, hop),
            AttentionOperation o => Attention(o, hop),
            SourceFilterOperation o => SourceFilter(o),
            FrontEndOperation o => FrontEnd(o),
            SearchOperation o => Search(o),
            _ => throw new BuildException($"{operation.Name}: {operation.GetType().Name} has no C form."),
        };
        yield return $"/* {Describe(operation)} */";
        yield return "{";
        if (program.IsEncoder && operation is not SearchOperation)
        {
            yield return $"    const int32_t rows = {I(RowsOf(operation))};";
        }
        else if (program.IsWave && operation is not EmbedOperation)
        {
            yield return $"    const int32_t rows = (int32_t)frames{(RowsOf(operation) == 1 ? "" : $" * {I(RowsOf(operation))}")};";
        }

        foreach (string line in lines)
        {
            yield return "    " + line;
        }

        if (operation is not (SourceFilterOperation or SearchOperation))
        {
            string rowCount = hop ? "(size_t)rows * " : program.IsEncoder ? "" : "(size_t)frames * ";
            int bytes = hop ? operation.Output.Channels * operation.Output.ElementBytes : operation.Output.Bytes;
            yield return $"    Q3E_TRACE_BUFFER(\"{operation.Name}\", {At(operation.Output, hop)}, {rowCount}{bytes.ToString(CultureInfo.InvariantCulture)}u);";
        }

        yield return "}";
    }

    private IEnumerable<string> Embed(EmbedOperation o)
    {
        string table = weights.Add(names.Tensor(o.Name, "table"), o.Table), multiplier = weights.Add(names.Tensor(o.Name, "multiplier"), o.Multipliers);
        string given = o.FirstLayer == 0 ? "layers" : "own", first = o.FirstLayer == 0 ? "" : $" + {I(o.FirstLayer)}";
        bool always = o.Concatenate && minLayers >= o.Layers;
        string used = always ? I(o.Layers) : $"(int32_t)({given} < {I(o.Layers)}u ? {given} : {I(o.Layers)}u)";
        yield return $"static const q3e_embedding e = {{{table}, {multiplier}, {I(o.Entries)}, {I(o.Dim)}, {I(o.Shift)}}};";
        if (o.FirstLayer != 0)
        {
            yield return $"const uint32_t own = layers < {I(o.FirstLayer)}u ? 0u : layers - {I(o.FirstLayer)}u;";
        }

        yield return "int32_t frame;";
        if (o.Concatenate && !always)
        {
            yield return "/* Layers that are absent are zeros. */";
            yield return $"memset({At(o.Output, false)}, 0, (size_t)rows * {I(o.Output.Channels * o.Output.ElementBytes)}u);";
        }

        yield return "for (frame = 0; frame < rows; frame++) {";
        yield return $"    Q3E_KERNEL(arena, embed_{(o.Concatenate ? "concat" : "sum")})(&e, codes + (size_t)frame * layers{first}, {used}, {At(o.Output, false)} + frame * {I(o.Output.Channels)});";
        yield return "}";
    }

    private IEnumerable<string> Window(WindowOperation o, bool hop)
    {
        string x = In(o.Input, hop), history = Block(o.History.Name, "int16_t");
        yield return $"q3e_window({history}, {x}, {At(o.Output, hop)}, rows, {I(o.Input.Channels)}, {I(o.Taps)});";
        yield return $"q3e_push({history}, {x}, {I(o.History.Rows)}, rows, {I(o.Input.Channels * 2)});";
    }

    private string Matrix(string name, IntegerMatrix m, IntegerBuffer input)
    {
        WeightLayout own = layout == WeightLayout.Pairs && !PairedMatrix.Fits(m, input.Type) ? WeightLayout.Rows : layout;
        (sbyte[] packed, int[] padded, int[] multipliers) = own switch
        {
            WeightLayout.Blocked => (BlockedMatrix.Weight(m), BlockedMatrix.Padded(m.Bias), BlockedMatrix.Padded(m.Multiplier)),
            WeightLayout.Pairs => (PairedMatrix.Weight(m), PairedMatrix.Padded(m.Bias), PairedMatrix.Padded(m.Multiplier)),
            _ => (m.Weight, m.Bias, m.Multiplier),
        };
        string weight = weights.Add(names.Tensor(name, "weight"), packed);
        string bias = weights.Add(names.Tensor(name, "bias"), padded);
        string multiplier = weights.Add(names.Tensor(name, "multiplier"), multipliers);
        string mark = own switch
        {
            WeightLayout.Blocked => weights.Add(names.Tensor(name, "compensation"), BlockedMatrix.Compensation(m)),
            WeightLayout.Pairs => "q3e_pairs",
            _ => "NULL",
        };
        return $"static const q3e_matrix m = {{{weight}, {bias}, {multiplier}, {I(m.In)}, {I(m.Out)}, {I(m.LeftShift)}, {mark}}};";
    }

    private IEnumerable<string> Linear(string name, IntegerMatrix matrix, string end, string arguments, IntegerBuffer input)
    {
        yield return Matrix(name, matrix, input);
        yield return $"Q3E_KERNEL(arena, linear_{Suffix(input)}{end})(&m, {arguments}, rows);";
    }

    private IEnumerable<string> Gelu(LinearGeluOperation o, bool hop)
    {
        yield return Matrix(o.Name, o.Matrix, o.Input);
        yield return $"static const q3e_gelu g = {{{I(o.Fraction)}, {I(o.Gain)}, {I(o.Shift)}, {I(o.Output.ZeroPoint)}}};";
        yield return $"Q3E_KERNEL(arena, linear_{Suffix(o.Input)}_gelu_{Suffix(o.Output)})(&m, &g, {In(o.Input, hop)}, {At(o.Output, hop)}, rows);";
    }

    // Some rows at a time: what the matrix sees of them is gathered, then multiplied.
    private IEnumerable<string> Convolution(IntegerOperation o, IntegerBuffer input, IntegerMatrix matrix, ConvWindow window, string[] constants, string end, string arguments)
    {
        string x = At(input, false), history = Block(window.History.Name, "void"), gathered = Block(GatheredRows.BlockName, input.Type == ElementType.Int8 ? "int8_t" : "int16_t");
        string rowBytes = I(input.Channels * input.ElementBytes);
        int part = GatheredRows.RowsOf(matrix, input);
        yield return Matrix(o.Name, matrix, input);
        foreach (string line in constants)
        {
            yield return line;
        }

        yield return "int32_t row;";
        yield return $"for (row = 0; row < rows; row += {I(part)}) {{";
        yield return $"    const int32_t some = rows - row < {I(part)} ? rows - row : {I(part)};";
        yield return $"    q3e_window_dilated({history}, {x}, {gathered}, row, some, {rowBytes}, {I(window.Taps)}, {I(window.Dilation)});";
        yield return $"    Q3E_KERNEL(arena, linear_{Suffix(input)}{end})({arguments}, {gathered}, {At(o.Output, false)} + (size_t)row * {I(matrix.Out)}u, some);";
        yield return "}";
        yield return $"q3e_push({history}, {x}, {I(window.History.Rows)}, rows, {rowBytes});";
    }

    private string Snake(string name, SnakeConstants c)
    {
        string frequency = weights.Add(names.Tensor(name, "frequency"), c.Frequency), gain = weights.Add(names.Tensor(name, "gain"), c.Gain);
        return $"static const q3e_snake s = {{{frequency}, {gain}, {I(c.InputGain)}, {I(c.Shift)}}};";
    }

    private IEnumerable<string> LinearSnake(LinearSnakeOperation o, bool hop)
    {
        yield return Matrix(o.Name, o.Matrix, o.Input);
        yield return Snake(o.Output.Name, o.Constants);
        yield return $"Q3E_KERNEL(arena, linear_{Suffix(o.Input)}_snake_{Suffix(o.Output)})(&m, &s, {In(o.Input, hop)}, {At(o.Output, hop)}, rows);";
    }

    private IEnumerable<string> Snake(SnakeOperation o, bool hop)
    {
        yield return Snake(o.Name, o.Constants);
        yield return $"Q3E_KERNEL(arena, snake_{Suffix(o.Output)})(&s, {In(o.Input, hop)}, {At(o.Output, hop)}, rows, {I(o.Output.Channels)});";
    }

    private IEnumerable<string> RmsNorm(RmsNormOperation o, bool hop)
    {
        yield return $"static const q3e_layernorm n = {{INT64_C({o.Epsilon.ToString(CultureInfo.InvariantCulture)}), {o.ScaleMantissa.ToString(CultureInfo.InvariantCulture)}u, {I(o.ScaleExponent)}, {I(o.Output.Channels)}}};";
        yield return $"q3e_rmsnorm_{Suffix(o.Output)}(&n, {In(o.Input, hop)}, {At(o.Output, hop)}, rows);";
    }

    private IEnumerable<string> SiluGate(SiluGateOperation o, bool hop)
    {
        yield return $"static const q3e_silu_gate g = {{{I(o.Fraction)}, {I(o.Gain)}, {I(o.Shift)}}};";
        yield return $"q3e_silu_gate_{Suffix(o.Output)}(&g, {In(o.Gate, hop)}, {In(o.Up, hop)}, {At(o.Output, hop)}, rows * {I(o.Output.Channels)});";
    }

    private IEnumerable<string> Attention(AttentionOperation o, bool hop)
    {
        AttentionConstants c = o.Constants;
        string increment = weights.Add(names.Tensor(o.Name, "increment"), c.Increments);
        yield return $"static const q3e_attention a = {{{increment}, {I(c.Groups)}, {I(c.Heads / c.Groups)}, {I(c.Size)}, {I(c.Window)}, {I(c.Gain)}, {I(c.Shift)}}};";
        yield return $"q3e_attention_s16(&a, {Block(o.StateName, "q3e_attention_state")}, {Block(o.Keys.Name, "int16_t")}, {Block(o.Values.Name, "int16_t")}, {In(o.Query, hop)}, {In(o.Key, hop)}, {In(o.Value, hop)}, {At(o.Output, hop)}, rows);";
    }

    private IEnumerable<string> Depthwise(DepthwiseOperation o, bool hop)
    {
        string weight = weights.Add(names.Tensor(o.Name, "weight"), o.Weight), bias = weights.Add(names.Tensor(o.Name, "bias"), o.Bias);
        string multiplier = weights.Add(names.Tensor(o.Name, "multiplier"), o.Multiplier);
        string x = In(o.Input, hop), history = Block(o.History.Name, "int16_t");
        yield return $"static const q3e_depthwise d = {{{weight}, {bias}, {multiplier}, {I(o.Output.Channels)}, {I(o.Taps)}, {I(o.LeftShift)}}};";
        yield return $"Q3E_KERNEL(arena, depthwise_s16)(&d, {history}, {x}, {At(o.Output, hop)}, rows);";
        yield return $"q3e_push({history}, {x}, {I(o.History.Rows)}, rows, {I(o.Input.Channels * 2)});";
    }

    private IEnumerable<string> LayerNorm(LayerNormOperation o, bool hop)
    {
        yield return $"static const q3e_layernorm n = {{INT64_C({o.Epsilon.ToString(CultureInfo.InvariantCulture)}), {o.ScaleMantissa.ToString(CultureInfo.InvariantCulture)}u, {I(o.ScaleExponent)}, {I(o.Output.Channels)}}};";
        yield return $"Q3E_KERNEL(arena, layernorm_{Suffix(o.Output)})(&n, {In(o.Input, hop)}, {At(o.Output, hop)}, rows);";
    }

    private IEnumerable<string> SourceFilter(SourceFilterOperation o)
    {
        string pcmBytes = $"(size_t)rows * {I(o.Constants.Hop * 2)}u";
        yield return "int32_t hop;";
        yield return "q3e_source_filter_memory m;";
        yield return "q3e_concealment c;";
        yield return "source_filter_memory(arena, frames, &m, &c);";
        yield return "for (hop = 0; hop < rows; hop++) {";
        yield return $"    const int16_t *row = {At(o.Input, false)} + hop * {I(o.Input.Channels)};";
        yield return "    q3e_conceal_listen(&source_filter, &m, &c, row);";
        yield return $"    Q3E_KERNEL(arena, source_filter_hop)(&source_filter, &m, row, pcm + hop * {I(o.Constants.Hop)});";
        yield return "}";
        yield return $"Q3E_TRACE_BUFFER(\"{o.Name}\", pcm, {pcmBytes});";
    }

    private IEnumerable<string> FrontEnd(FrontEndOperation o)
    {
        FrontEndConstants c = o.Constants;
        string window = weights.Add(names.Tensor(o.Name, "window"), c.Window), first = weights.Add(names.Tensor(o.Name, "first"), c.First);
        string count = weights.Add(names.Tensor(o.Name, "count"), c.Count), weight = weights.Add(names.Tensor(o.Name, "weight"), c.Weight);
        string offset = weights.Add(names.Tensor(o.Name, "offset"), c.Offset), gain = weights.Add(names.Tensor(o.Name, "gain"), c.Gain);
        yield return "int32_t hop;";
        yield return $"static const q3e_front_end f = {{{window}, {first}, {count}, {weight}, {offset}, {gain}, UINT64_C({c.Floor.ToString(CultureInfo.InvariantCulture)}), {I(c.Hop)}, {I(c.Log2Fft)}, {I(c.First.Length)}, {I(c.LeftShift)}}};";
        yield return "for (hop = 0; hop < rows; hop++) {";
        yield return $"    q3e_front_end_hop(&f, Q3E_KERNEL(arena, fft), {Block("samples", "int16_t")}, pcm + hop * {I(c.Hop)}, {Block("spectrum", "int32_t")}, {Block("magnitude", "uint32_t")}, {At(o.Output, false)} + hop * {I(o.Output.Channels)});";
        yield return "}";
    }

    private IEnumerable<string> Search(SearchOperation o)
    {
        string table = weights.Add(names.Tensor(o.Name, "table"), o.Table), gain = weights.Add(names.Tensor(o.Name, "gain"), o.Gain);
        string half = weights.Add(names.Tensor(o.Name, "half"), o.Half), step = weights.Add(names.Tensor(o.Name, "step"), o.Step);
        string shift = weights.Add(names.Tensor(o.Name, "left_shift"), o.LeftShift);
        yield return $"static const q3e_codebooks c = {{{table}, {gain}, {half}, {step}, {shift}, {I(o.Entries)}, {I(o.Dim)}, {I(o.Shift)}}};";
        yield return $"q3e_search(&c, {In(o.Input, false)}, (int32_t)layers, codes);";
        yield return $"Q3E_TRACE_BUFFER(\"{o.Name}\", codes, layers * 2u);";
    }

    // A matrix may read several short rows as one longer one; everything else works row by row.
    private static int RowsOf(IntegerOperation operation) => operation switch
    {
        LinearOperation { Window: not null } o => o.Input.Rows,
        LinearSnakeOperation { Window: not null } o => o.Input.Rows,
        LinearOperation o => o.Matrix.RowsOf(o.Input),
        LinearSnakeOperation o => o.Matrix.RowsOf(o.Input),
        LinearAddOperation o => o.Matrix.RowsOf(o.Input),
        LinearGeluOperation o => o.Matrix.RowsOf(o.Input),
        _ => operation.Output.Rows,
    };

    private string Describe(IntegerOperation operation) => operation switch
    {
        EmbedOperation o => $"{o.Name}: {(o.Concatenate ? "concatenation" : "sum")} over layers of {I(o.Entries)} x {I(o.Dim)}",
        WindowOperation o => $"{o.Name}: {I(o.Taps)} rows of {I(o.Input.Channels)}",
        LinearOperation { Window: { } w } o => $"{o.Name}: {I(w.Taps)} rows of {I(o.Input.Channels)}, {I(w.Dilation)} apart -> {I(o.Matrix.Out)}",
        LinearSnakeOperation { Window: { } w } o => $"{o.Name}: {I(w.Taps)} rows of {I(o.Input.Channels)}, {I(w.Dilation)} apart -> {I(o.Matrix.Out)}, Snake",
        LinearSnakeOperation o => $"{o.Name}: {I(o.Matrix.In)} -> {I(o.Matrix.Out)}, Snake",
        LinearOperation o => $"{o.Name}: {I(o.Matrix.In)} -> {I(o.Matrix.Out)}",
        LinearAddOperation o => $"{o.Name}: {I(o.Matrix.In)} -> {I(o.Matrix.Out)}, added to the residual stream",
        LinearGeluOperation o => $"{o.Name}: {I(o.Matrix.In)} -> {I(o.Matrix.Out)}, GELU",
        DepthwiseOperation o => $"{o.Name}: depthwise, {I(o.Taps)} taps, {I(o.Output.Channels)} channels",
        LayerNormOperation o => $"{o.Name}: layer norm, {I(o.Output.Channels)} channels",
        RmsNormOperation o => $"{o.Name}: root mean square norm, {I(o.Output.Channels)} channels",
        SnakeOperation o => $"{o.Name}: Snake, {I(o.Output.Channels)} channels",
        NarrowOperation o => $"{o.Name}: to 8 bits",
        SiluGateOperation o => $"{o.Name}: SiLU times value, {I(o.Output.Channels)} channels",
        AttentionOperation o => $"{o.Name}: {I(o.Constants.Heads)} heads of {I(o.Constants.Size)} over {I(o.Constants.Window)} rows",
        FrontEndOperation o => $"{o.Name}: log-mel front-end, {I(o.Output.Channels)} bands from hops of {I(o.Constants.Hop)} samples",
        SearchOperation o => $"{o.Name}: nearest of {I(o.Entries)} entries, layer by layer",
        SourceFilterOperation o => $"{o.Name}: source-filter head, hops of {I(o.Constants.Hop)} samples at {program.Name}'s rate",
        _ => operation.Name,
    };

    /// <summary>Where a block lies in C: what moves with the number of frames that pass at once is computed from <c>frames</c>.</summary>
    internal static string Place(ArenaBlock block) => block.Stride == 0 ? I(block.OffsetFor(0)) : $"{I(block.OffsetFor(0))} + frames * {I(block.Stride)}u";

    // Rows that the slow part left for the hops begin at the first hop asked for; everything else begins at its block.
    private string At(IntegerBuffer buffer, bool hop)
    {
        string pointer = Block(buffer.Name, buffer.Type == ElementType.Int8 ? "int8_t" : "int16_t");
        return hop && program.IsHandedToHops(buffer) ? $"{pointer} + first * {I(buffer.Channels)}u" : pointer;
    }

    private string In(IntegerBuffer buffer, bool hop) => At(buffer, hop);

    private string Block(string block, string type) => $"({type} *)(arena + {Place(plan[block])})";

    private static string Suffix(IntegerBuffer buffer) => buffer.Type == ElementType.Int8 ? "s8" : "s16";

    private static string I(int value) => value.ToString(CultureInfo.InvariantCulture);
}
