using System.Globalization;
using ImageHub.Application.Delivery;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Storage;

/// <summary>Finds the operating system's group that may read the objects' files, so that nginx can send them (<c>Delivery:AccelGroup</c>).</summary>
internal static class AccelGroup
{
    private const string Key = DeliveryOptions.Section + ":" + nameof(DeliveryOptions.AccelGroup);

    // nginx's group on Debian and its derivatives, and in the packages of nginx.org.
    private static readonly string[] Usual = ["www-data", "nginx"];

    /// <summary>Finds the group.</summary>
    /// <param name="setting">The group's name or number, or null.</param>
    /// <returns>The group's number; null if files keep their group.</returns>
    /// <exception cref="OptionsValidationException">
    /// The group does not exist; or no group is set, this process runs as root, and none of the usual groups exists.
    /// </exception>
    public static uint? Find(string? setting)
    {
        if (!OperatingSystem.IsLinux() || (string.IsNullOrEmpty(setting) && !Environment.IsPrivilegedProcess))
        {
            return null;
        }

        if (uint.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        var groups = ReadGroups();
        string[] wanted = string.IsNullOrEmpty(setting) ? Usual : [setting];
        foreach (var name in wanted)
        {
            if (groups.TryGetValue(name, out var found))
            {
                return found;
            }
        }

        throw new OptionsValidationException(Options.DefaultName, typeof(DeliveryOptions), [
            string.IsNullOrEmpty(setting)
                ? $"{Key}: this server runs as root, so nginx needs a group that may read its files; set it to the group that nginx runs as ({string.Join(" and ", Usual)} do not exist)"
                : $"{Key}: there is no group '{setting}'; it must be the name or number of a group"]);
    }

    private static Dictionary<string, uint> ReadGroups() =>
        !File.Exists("/etc/group")
            ? []
            : File.ReadLines("/etc/group")
                .Select(line => line.Split(':'))
                .Where(fields => fields.Length > 2 && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .DistinctBy(fields => fields[0], StringComparer.Ordinal)
                .ToDictionary(fields => fields[0], fields => uint.Parse(fields[2], CultureInfo.InvariantCulture), StringComparer.Ordinal);
}
