using System.Diagnostics;
using System.Globalization;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>
/// Temporary folders of what all classes of tests share. No class is the last one that needs them, and the program that hosts the tests ends without telling them: a folder bears the number of
/// its process, and the next run removes those whose process has ended.
/// </summary>
internal static class SharedFolders
{
    /// <summary>Makes a folder; its full path.</summary>
    public static string Create(string prefix)
    {
        foreach (string left in Directory.GetDirectories(Path.GetTempPath(), prefix + "*-*"))
        {
            string number = left[(left.LastIndexOf(prefix, StringComparison.Ordinal) + prefix.Length)..].Split('-')[0];
            if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int process) && HasEnded(process))
                Remove(left);
        }

        return Directory.CreateTempSubdirectory(string.Create(CultureInfo.InvariantCulture, $"{prefix}{Environment.ProcessId}-")).FullName;
    }

    private static bool HasEnded(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another run removes it at the same time, or it is another user's.
        }
    }
}
