namespace ImageHub.Domain.Groups;

/// <summary>
/// A slug that a group no longer has. A page address with this slug redirects to the group's current address. The database adds and removes these rows when a
/// slug changes.
/// </summary>
public sealed class FormerSlug
{
    private FormerSlug()
    {
    }

    /// <summary>The slug.</summary>
    public string Slug { get; private init; } = "";

    /// <summary>The group that had the slug last.</summary>
    public Guid GroupId { get; private init; }

    /// <summary>When the group got another slug.</summary>
    public DateTimeOffset RetiredAt { get; private init; }
}
