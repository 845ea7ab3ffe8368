using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.Trash;

/// <summary>Settings of the trash: section <c>Trash</c>.</summary>
public sealed class TrashOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Trash";

    /// <summary>How long things lie in the trash, in days.</summary>
    [Range(1, 3_650)]
    public int KeepDays { get; set; } = 30;
}
