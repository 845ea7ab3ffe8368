namespace ImageHub.Domain.ApiKeys;

/// <summary>What a key is for. What a scope does not name is closed to the key.</summary>
public enum KeyScope
{
    /// <summary>What visitors may read, and the same of unpublished groups.</summary>
    Read,

    /// <summary>Uploading, listing the groups and creating hidden ones.</summary>
    Upload,

    /// <summary>Records of stock.</summary>
    Inventory,

    /// <summary>Everything about groups, images, links and the trash.</summary>
    Admin,
}

/// <summary>Scopes as they travel.</summary>
public static class KeyScopes
{
    /// <summary>All of them, by name.</summary>
    public static IEnumerable<string> Names => Enum.GetValues<KeyScope>().Select(Name);

    /// <summary>A scope's name.</summary>
    public static string Name(this KeyScope scope) => scope.ToString().ToLowerInvariant();
}

/// <summary>A program's credential. It acts for the admin who created it, for as long as that is one.</summary>
public sealed class ApiKey
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxNameLength = 100;

    /// <summary>What every key begins with, so that people and secret scanners recognize one.</summary>
    public const string Prefix = "ihk_";

    /// <summary>How much older the last known use becomes before a new one is written down.</summary>
    public static readonly TimeSpan UseGranularity = TimeSpan.FromHours(1);

    private ApiKey()
    {
    }

    /// <summary>UUIDv7; it opens nothing.</summary>
    public Guid Id { get; private init; }

    /// <summary>What it is called.</summary>
    public string Name { get; private init; } = "";

    /// <summary>SHA-256 of the key, which is known to nobody but its creator.</summary>
    public byte[] KeyHash { get; private init; } = [];

    /// <summary>What it is for, each scope once.</summary>
    public IReadOnlyList<KeyScope> Scopes { get; private init; } = [];

    /// <summary>The admin for whom it acts; it is deleted with the account.</summary>
    public Guid CreatedBy { get; private init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When it stops working, or null: when it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; private init; }

    /// <summary>When it was last used, to within <see cref="UseGranularity"/>; null: never. Written by one statement that also compares.</summary>
    public DateTimeOffset? LastUsedAt { get; private init; }

    /// <summary>Creates a key.</summary>
    public static ApiKey Create(string name, byte[] keyHash, IEnumerable<KeyScope> scopes, Guid createdBy, DateTimeOffset now, DateTimeOffset? expiresAt) => new()
    {
        Id = Guid.CreateVersion7(now),
        Name = name,
        KeyHash = keyHash,
        Scopes = [.. scopes.Distinct().Order()],
        CreatedBy = createdBy,
        CreatedAt = now,
        ExpiresAt = expiresAt,
    };
}
