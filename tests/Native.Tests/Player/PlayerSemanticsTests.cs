using System.Globalization;
using Qwen3Tokenizer.Edge.Alerts;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Player;

/// <summary>The C player and the C# player do the same in every step of random scripts over random tables.</summary>
public sealed class PlayerSemanticsTests : IDisposable
{
    private const int Scripts = 150;
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData("gcc", false), InlineData("clang", true)]
    public void The_C_player_and_the_Csharp_player_do_the_same(string compiler, bool byHops)
    {
        string program = PlayerFiles.Link(compiler, _folder.Path, "log", PlayerFiles.Sanitizers, [Tools.CFile("player/player_log.c"), .. PlayerFiles.Sources]);
        int pulses = 0, says = 0, full = 0, codes = 0, refused = 0, fades = 0;
        for (int seed = 0; seed < Scripts; seed++)
        {
            var alerts = new RandomAlerts(seed);
            string input = Path.Combine(_folder.Path, "script");
            File.WriteAllText(input, alerts.ForC(byHops));
            string[] theirs = Tools.Run("sh", ["-c", $"'{program}' < '{input}'"], _folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            string[] ours = [.. LogOf(alerts)];
            Assert.True(ours.SequenceEqual(theirs), $"seed {seed}: {FirstDifference(ours, theirs)}");
            pulses += ours.Count(l => l.StartsWith("pulse", StringComparison.Ordinal));
            says += ours.Count(l => l.StartsWith("say", StringComparison.Ordinal));
            fades += ours.Count(l => l == "fade");
            full += ours.Count(l => l.StartsWith("p 5 ", StringComparison.Ordinal));
            codes += ours.Count(l => l.StartsWith("s 7 ", StringComparison.Ordinal));
            refused += ours.Count(l => l.StartsWith("s 8 ", StringComparison.Ordinal));
        }

        // The scripts reach what they are meant to reach.
        Assert.True(pulses > 1000 && says > 1000 && full > 20 && codes > 20 && refused > 20 && fades > 100, $"{pulses} pulses, {says} frames of speech, {full} full queues, {codes} codes out of range, {refused} refusals, {fades} fades");
    }

    private static List<string> LogOf(RandomAlerts alerts)
    {
        var log = new Log();
        AlertPlayer player = alerts.Player(log, log);
        log.Lines.Add("init 0");
        foreach (string action in alerts.Script)
        {
            var status = PlayerStatus.Ok;
            switch (action[0])
            {
                case 'p':
                    status = player.Post(int.Parse(action.AsSpan(2), CultureInfo.InvariantCulture));
                    break;
                case 's':
                    status = player.Step();
                    log.EndFrame();
                    break;
                case 'x':
                    player.Stop();
                    break;
                default:
                    player.StopAll();
                    break;
            }

            log.Lines.Add($"{action[0]} {(int)status} {player.Current?.Id ?? -1} {player.Waiting} {player.Coalesced} {player.Dropped} {player.NowUs}");
        }

        return log.Lines;
    }

    private static string FirstDifference(string[] ours, string[] theirs)
    {
        int at = ours.Zip(theirs).TakeWhile(p => p.First == p.Second).Count();
        return $"line {at}: C# \"{ours.ElementAtOrDefault(at)}\", C \"{theirs.ElementAtOrDefault(at)}\"";
    }

    private sealed class Log : IBuzzer, ISpeaker
    {
        private bool _fading;

        public List<string> Lines { get; } = [];

        public void Pulse(long startUs, int alertId, int code, int frequencyHz, int dutyPermille, int onUs, int pauseUs) =>
            Lines.Add($"pulse {startUs} {alertId} {code} {frequencyHz} {dutyPermille} {onUs} {pauseUs}");

        public void Begin() => Lines.Add("begin");

        public bool Play(ushort[] codes, int layers)
        {
            Lines.Add("say " + string.Join(' ', codes.Take(layers)));
            bool can = codes[0] % 29 != 3;
            if (can)
                EndFrame();
            return can;
        }

        // The C player fades by itself: under the samples that were decoded, or alone at the frame's end.
        public void Fade() => _fading = true;

        public void EndFrame()
        {
            if (_fading)
                Lines.Add("fade");
            _fading = false;
        }
    }
}
