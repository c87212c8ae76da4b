namespace Qwen3Tokenizer.Edge.Models.Configuration;

/// <summary>The folder for what can be made again: the environment variable Q3E_CACHE, else q3edge in the user's cache folder.</summary>
public static class UserCache
{
    /// <summary>Full path; it need not exist.</summary>
    public static string Folder
    {
        get
        {
            if (Environment.GetEnvironmentVariable("Q3E_CACHE") is { Length: > 0 } named)
            {
                return Path.GetFullPath(named);
            }

            string? xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            string root = OperatingSystem.IsLinux()
                ? (string.IsNullOrEmpty(xdg) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache") : xdg)
                : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            return Path.Combine(root, "q3edge");
        }
    }
}
