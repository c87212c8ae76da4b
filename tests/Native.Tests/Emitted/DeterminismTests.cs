using System.Globalization;
using System.Text;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>Two builds emit identical bytes, wherever and in whatever locale they run.</summary>
[Collection(EmittedCollection.Name)]
public sealed class DeterminismTests(BuiltModels models)
{
    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void A_build_elsewhere_in_another_locale_emits_the_same_bytes(string name)
    {
        string first = models[name].Build.Folder, elsewhere = models.NewPath("elsewhere with spaces");
        Directory.CreateDirectory(elsewhere);
        string folder = Environment.CurrentDirectory;
        CultureInfo culture = CultureInfo.CurrentCulture, defaultCulture = CultureInfo.DefaultThreadCurrentCulture!;
        BuildResult second;
        try
        {
            Environment.CurrentDirectory = elsewhere;
            // The build's own threads take the default.
            CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = Foreign();
            Assert.Equal("−1·234,5", (-1234.5).ToString("N1", CultureInfo.CurrentCulture));
            // The folder is relative: the second build knows its own only by the current directory.
            second = HostBuild.Build(EdgeModel.Load(name), $"{name} again");
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
            CultureInfo.DefaultThreadCurrentCulture = defaultCulture;
            Environment.CurrentDirectory = folder;
        }

        string[] files = Files(first);
        Assert.NotEqual(first, second.Folder);
        Assert.Equal(files, Files(second.Folder));
        Assert.Contains(Path.Combine("lib", Path.GetFileName(second.LibraryPath)), files);
        Assert.Equal(name == "edge-light", files.Contains(Path.Combine("src", "edge_light_encoder.c")));
        Assert.Contains("report.json", files);
        Assert.Contains("report.html", files);
        foreach (string file in files)
        {
            byte[] a = File.ReadAllBytes(Path.Combine(first, file)), b = File.ReadAllBytes(Path.Combine(second.Folder, file));
            int same = a.AsSpan().CommonPrefixLength(b);
            Assert.True(same == a.Length && same == b.Length, $"{file} differs first at byte {same} of {a.Length} and {b.Length}.");
        }

        Assert.Equal(models[name].Build.ConformanceCrc, second.ConformanceCrc);
    }

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void Nothing_that_is_emitted_tells_where_it_was_built(string name)
    {
        BuiltModel built = models[name];
        byte[][] places = [Encoding.UTF8.GetBytes(Path.GetDirectoryName(built.Build.Folder)!), Encoding.UTF8.GetBytes(Environment.MachineName), Encoding.UTF8.GetBytes(AppContext.BaseDirectory)];
        string[] files = Files(built.Build.Folder);
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(built.Build.Folder, file));
            foreach (byte[] place in places.Where(p => p.Length > 6))
                Assert.False(bytes.AsSpan().IndexOf(place) >= 0, $"{file} names {Encoding.UTF8.GetString(place)}.");
        }
    }

    private static string[] Files(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal)];

    /// <summary>
    /// A locale like German or Swedish, made by hand because the tests run without the system's locale data: decimal comma, typographic minus,
    /// dots between thousands, other dates.
    /// </summary>
    private static CultureInfo Foreign()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        NumberFormatInfo numbers = culture.NumberFormat;
        numbers.NumberDecimalSeparator = numbers.PercentDecimalSeparator = numbers.CurrencyDecimalSeparator = ",";
        numbers.NumberGroupSeparator = numbers.PercentGroupSeparator = numbers.CurrencyGroupSeparator = "·";
        numbers.NegativeSign = "−";
        numbers.PercentSymbol = "v.H.";
        culture.DateTimeFormat.ShortDatePattern = "dd/MM/yyyy";
        culture.DateTimeFormat.DateSeparator = "·";
        return culture;
    }
}
