using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Tests.Emitted;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Tests.Player;

/// <summary>The emitted C# tables compile beside the sources of the Alerts room, as on a nanoFramework project, and play what the schedule says.</summary>
[Collection(MeterAlertCollection.Name)]
public sealed class DotnetSourceTests(MeterWithAlerts meter)
{
    private const string Program = """
        using Qwen3Tokenizer.Edge.Alerts;

        public static class Program
        {
            public static void Main()
            {
                AlertTable table = BoardAlerts.Table(new ToneArrays(Tones.FrequencyHz, Tones.DutyPermille, Tones.OnMs));
                AlertPlayer player = new AlertPlayer(table, new Log(), null);
                System.Console.WriteLine(table.Count);
                player.Post(BoardAlerts.MeterCoverRemoved);
                while (player.Busy)
                    player.Step();
            }
        }

        public sealed class Log : IBuzzer
        {
            public void Pulse(long startUs, int alertId, int code, int frequencyHz, int dutyPermille, int onUs, int pauseUs)
            {
                System.Console.WriteLine(startUs + " " + code + " " + frequencyHz + " " + dutyPermille + " " + onUs + " " + pauseUs);
            }
        }
        """;

    [Fact]
    public void The_emitted_Csharp_plays_the_schedule()
    {
        string folder = Directory.CreateDirectory(Path.Combine(meter.Folder, "dotnet")).FullName;
        string emitted = Path.Combine(meter.Build.Folder, AlertPackage.Folder, "dotnet");
        File.WriteAllText(Path.Combine(folder, "Program.cs"), Program);
        File.WriteAllText(Path.Combine(folder, "Directory.Build.props"), "<Project />");
        File.WriteAllText(Path.Combine(folder, "board.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>disable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <UseAppHost>false</UseAppHost>
                <InvariantGlobalization>true</InvariantGlobalization>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="{emitted}/*.cs" />
                <Compile Include="{Tools.RepositoryPath("src/Qwen3Tokenizer.Edge.Alerts")}/*.cs" />
              </ItemGroup>
            </Project>
            """);
        Tools.Run("dotnet", ["build", "-v", "q", "-nologo", "-o", Path.Combine(folder, "out")], folder);
        string[] lines = Tools.Run("dotnet", [Path.Combine(folder, "out", "board.dll")], folder).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        Alert cover = meter.Set.Alerts.Single(a => a.Row.Name == "meter-cover-removed");
        long period = (long)ToneSchedule.FrameUs * (cover.Tokens.Frames + cover.Row.GapFrames);
        string[] expected = [.. Enumerable.Range(0, cover.Row.Repeats).SelectMany(r => ToneSchedule.Of(meter.Tones, cover.Tokens, period * r)).Select(p => p.ToString())];
        Assert.Equal([$"{meter.Set.Alerts.Count}", .. expected], lines);
    }
}
