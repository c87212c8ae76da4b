using Qwen3Tokenizer.Edge.Benchmarks.Training;

// dotnet run -c Release --project benchmarks/Training -- loss [ROUNDS]: see README.md of this folder.
if (args is not ["loss", ..] || args.Length > 2 || !int.TryParse(args.ElementAtOrDefault(1) ?? "15", out int rounds) || rounds < 1)
{
    Console.Error.WriteLine("usage: loss [ROUNDS]");
    return 1;
}

new LossRun().Run(rounds, Console.Out);
return 0;
