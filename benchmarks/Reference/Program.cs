using Qwen3Tokenizer.Edge.Benchmarks.Reference;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Reference;

// dotnet run -c Release --project benchmarks/Reference -- clip FOLDER | forms | hour FOLDER: see README.md of this folder.
if (args is ["hour", { } folder])
{
    HourRun.Run(folder, "ONNX Runtime", (model, graph) => new OrtExecutor(OrtModel.Load(graph, model.Checkpoint.Path)), Console.Out);
    HourRun.Run(folder, "float executor", (_, graph) => new FloatExecutor(graph), Console.Out);
    return 0;
}

if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 1;
}

if (options.Verb == "clip")
{
    new ClipRun(options, Console.Out).Run();
}
else
{
    new FormTable(options, Console.Out).Run();
}

return 0;
