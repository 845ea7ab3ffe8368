using System.Globalization;
using ImageHub.Application.Requests;

namespace ImageHub.Api.Requests;

/// <summary>Takes the place of the routes' constraint <c>guid</c>, which takes every form that .NET reads: each would be one more address of the same thing.</summary>
internal sealed class IdSegment : IRouteConstraint
{
    /// <summary>The name of the constraint.</summary>
    public const string Name = "guid";

    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values.TryGetValue(routeKey, out var value) && IdText.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), out _);
}
