using System.Globalization;
using ImageHub.Application.Requests;

namespace ImageHub.Api.Requests;

/// <summary>
/// Replaces the route constraint <c>guid</c>, which accepts every format that .NET parses: each format would be another address of the same
/// resource.
/// </summary>
internal sealed class IdSegment : IRouteConstraint
{
    /// <summary>The name of the constraint.</summary>
    public const string Name = "guid";

    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values.TryGetValue(routeKey, out var value) && IdText.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), out _);
}
