using Qwen3Tokenizer.Edge.Benchmarks.Reference;

// dotnet run -c Release --project benchmarks/Reference -- clip FOLDER | forms: see README.md of this folder.
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
