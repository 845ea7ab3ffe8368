using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace ImageHub.Application.Backups;

/// <summary>Settings of scheduled backups: section <c>Backup</c>.</summary>
public sealed class BackupOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Backup";

    /// <summary>The time of a daily backup in UTC, such as `02:30`; empty: no scheduled backups.</summary>
    public string Schedule { get; set; } = "";

    /// <summary>The folder for scheduled backups, as an absolute path, the same for all instances; required with a schedule.</summary>
    public string Target { get; set; } = "";

    /// <summary>The scheduled backups to keep, such as `7d,4w,12m`: the newest of each of the last days, weeks and months; empty: all.</summary>
    public string Keep { get; set; } = "";

    /// <summary>The parsed <see cref="Schedule"/>; null: no scheduled backups.</summary>
    internal TimeOnly? Time => ParseTime(Schedule);

    /// <summary>The parsed <see cref="Keep"/>; null: all.</summary>
    internal BackupRetention? Retention => BackupRetention.TryParse(Keep, out var retention) ? retention : null;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Schedule.Length > 0 && Time is null)
        {
            yield return new ValidationResult($"it is '{Schedule}'; it must be a time of day in UTC from 00:00 to 23:59, such as 02:30", [nameof(Schedule)]);
        }

        if (Target.Length > 0 ? !Path.IsPathFullyQualified(Target) : Schedule.Length > 0)
        {
            yield return new ValidationResult($"it is '{Target}'; with {Section}:{nameof(Schedule)} it must be the absolute path of a folder, such as /backups", [nameof(Target)]);
        }

        if (Keep.Length > 0 && Retention is null)
        {
            yield return new ValidationResult($"it is '{Keep}'; it must be {BackupRetention.Allowed}", [nameof(Keep)]);
        }
    }

    private static TimeOnly? ParseTime(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
