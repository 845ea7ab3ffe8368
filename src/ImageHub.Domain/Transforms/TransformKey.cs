namespace ImageHub.Domain.Transforms;

/// <summary>A key with which a website signs addresses of transforms.</summary>
public sealed class TransformKey
{
    /// <summary>The maximum length of a name, in characters.</summary>
    public const int MaxNameLength = 100;

    private TransformKey()
    {
    }

    /// <summary>UUIDv7; part of the signed addresses; not a credential.</summary>
    public Guid Id { get; private init; }

    /// <summary>The name.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The key, encrypted. A hash is not enough, because the server computes signatures with the key.</summary>
    public string ProtectedKey { get; private init; } = "";

    /// <summary>When the key was created.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>Creates a key.</summary>
    public static TransformKey Create(string name, string protectedKey, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Name = name,
        ProtectedKey = protectedKey,
        CreatedAt = now,
    };
}
