namespace ImageHub.Api.OpenApi;

/// <summary>Tells the OpenAPI document which texts a parameter may be that no validator of its own has.</summary>
/// <param name="values">All of them.</param>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class OneOfAttribute(params string[] values) : Attribute
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<string> Values { get; } = values;
}

/// <summary>Tells the OpenAPI document between which numbers a parameter may be that no validator of its own has.</summary>
/// <param name="min">The least.</param>
/// <param name="max">The most.</param>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class BetweenAttribute(int min, int max) : Attribute
{
    /// <summary>The least.</summary>
    public int Min { get; } = min;

    /// <summary>The most.</summary>
    public int Max { get; } = max;
}

/// <summary>Tells the OpenAPI document that a parameter must be sent, which the action itself checks.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class NeededAttribute : Attribute;

/// <summary>Tells the OpenAPI document that an answer has an entity tag, so that a client that has it already is told so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HasEntityTagAttribute : Attribute;

/// <summary>Tells the OpenAPI document that a route also answers with a table (RFC 4180).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServesTableAttribute : Attribute
{
    /// <summary>The media type of a table.</summary>
    public const string MediaType = "text/csv";
}
