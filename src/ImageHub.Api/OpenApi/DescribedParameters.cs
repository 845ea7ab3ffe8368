namespace ImageHub.Api.OpenApi;

/// <summary>Declares, for the OpenAPI document, the allowed values of a parameter that has no validator.</summary>
/// <param name="name">The name of the schema, from which client generators derive the name of the type.</param>
/// <param name="values">The allowed values.</param>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class OneOfAttribute(string name, params string[] values) : Attribute
{
    /// <summary>The name of the schema.</summary>
    public string Name { get; } = name;

    /// <summary>The allowed values.</summary>
    public IReadOnlyList<string> Values { get; } = values;
}

/// <summary>Declares, for the OpenAPI document, the range of a parameter that has no validator.</summary>
/// <param name="min">The minimum, inclusive.</param>
/// <param name="max">The maximum, inclusive.</param>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class BetweenAttribute(int min, int max) : Attribute
{
    /// <summary>The minimum, inclusive.</summary>
    public int Min { get; } = min;

    /// <summary>The maximum, inclusive.</summary>
    public int Max { get; } = max;
}

/// <summary>Declares a parameter as required in the OpenAPI document; the action itself checks it.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class NeededAttribute : Attribute;

/// <summary>Tells the OpenAPI document that a response has an entity tag and the route supports conditional requests.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HasEntityTagAttribute : Attribute;

/// <summary>Tells the OpenAPI document that a route also responds with a ZIP of sidecars.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServesSidecarsAttribute : Attribute;

/// <summary>Tells the OpenAPI document that a route also responds with CSV (RFC 4180).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServesTableAttribute : Attribute
{
    /// <summary>The media type of CSV.</summary>
    public const string MediaType = "text/csv";
}
