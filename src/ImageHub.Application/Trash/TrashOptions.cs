using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.Trash;

/// <summary>Settings of the trash: section <c>Trash</c>.</summary>
public sealed class TrashOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Trash";

    /// <summary>The number of days after which items in the trash are permanently deleted.</summary>
    [Range(1, 3_650)]
    public int KeepDays { get; set; } = 30;
}
