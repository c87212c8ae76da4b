using System.Globalization;
using Qwen3Tokenizer.Edge.Benchmarks.Training;

// dotnet run -c Release --project benchmarks/Training -- loss|step [ROUNDS]: see README.md of this folder.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not ["loss" or "step", ..] || args.Length > 2 || !int.TryParse(args.ElementAtOrDefault(1) ?? "15", out int rounds) || rounds < 1)
{
    Console.Error.WriteLine("usage: loss|step [ROUNDS]");
    return 1;
}

if (args[0] == "loss")
{
    new LossRun().Run(rounds, Console.Out);
    return 0;
}

foreach ((string model, int sequences, int threads) in ((string, int, int)[])[("meter", 16, 1), ("edge-meter", 16, 1), ("edge-meter", 16, 2), ("light", 12, 1), ("edge-light", 12, 1), ("edge-light", 12, 2)])
{
    StepRun.Run(model, sequences, threads, rounds, Console.Out);
}

return 0;
