using System.Collections.Frozen;

namespace ImageHub.Application.Accounts;

/// <summary>The most common passwords (NIST SP 800-63B, section 3.1.1.2): a list in lower case, one per line.</summary>
internal static class CommonPasswords
{
    private static readonly FrozenSet<string> All = Read();

    /// <summary>Whether a password is on the list, case-insensitively.</summary>
    public static bool Contains(string password) => All.Contains(password.ToLowerInvariant());

    private static FrozenSet<string> Read()
    {
        var type = typeof(CommonPasswords);
        using var reader = new StreamReader(type.Assembly.GetManifestResourceStream($"{type.Namespace}.CommonPasswords.txt")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
    }
}
