using ImageHub.Domain.WebDav;

namespace ImageHub.Application.WebDav;

/// <summary>The conditions of a request (RFC 4918, section 10.4; RFC 9110, section 13).</summary>
/// <param name="Lists">The lists of the header <c>If</c>; one of them must hold. Empty if the header is absent.</param>
public sealed record DavConditions(IReadOnlyList<DavConditionList> Lists)
{
    /// <summary>No conditions.</summary>
    public static readonly DavConditions None = new([]);

    /// <summary>The strong entity tags of <c>If-Match</c>, with quotes; <c>*</c> for any; null if the header is absent.</summary>
    public IReadOnlyList<string>? Match { get; init; }

    /// <summary>
    /// The entity tags of <c>If-None-Match</c>, with quotes and without the mark of weak tags; <c>*</c> for any; null if the header is absent.
    /// </summary>
    public IReadOnlyList<string>? NoneMatch { get; init; }

    /// <summary>Whether the request depends on the entity tag of a file.</summary>
    public bool HasETags => Match is not null || NoneMatch is not null || Lists.Any(list => list.Conditions.Any(condition => condition.ETag is not null));

    /// <summary>The lock tokens that the client submits.</summary>
    internal IEnumerable<Guid> Tokens => Lists.SelectMany(list => list.Conditions).Select(condition => condition.Token is { } token ? DavLock.ParseToken(token) : null).OfType<Guid>();
}

/// <summary>Conditions that must all hold for one address.</summary>
/// <param name="Path">The address; null for the request's own address.</param>
/// <param name="Conditions">The conditions.</param>
public sealed record DavConditionList(DavPath? Path, IReadOnlyList<DavCondition> Conditions);

/// <summary>A lock token, or an entity tag without quotes, that an address must have.</summary>
/// <param name="Token">The lock token, or null.</param>
/// <param name="ETag">The entity tag, or null.</param>
/// <param name="IsNegated">Whether the address must not have it.</param>
public sealed record DavCondition(string? Token, string? ETag, bool IsNegated);
