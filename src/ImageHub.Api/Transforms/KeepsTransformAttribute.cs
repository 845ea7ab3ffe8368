using ImageHub.Api.Delivery;
using ImageHub.Application.Delivery;
using Microsoft.AspNetCore.Http.Features;

namespace ImageHub.Api.Transforms;

/// <summary>
/// Caches the pictures of signed addresses for visitors until the image changes or a key is deleted. Addresses that expire are not cached.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KeepsTransformAttribute() : KeepsAnswerAttribute(ChangeTags.TransformKeys)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> TagsOf(HttpContext http) => [.. base.TagsOf(http), ChangeTags.Image + FindImage(http)];

    /// <inheritdoc/>
    public override string KeyOf(HttpContext http) => http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    /// <inheritdoc/>
    public override bool IsUsual(HttpContext http) =>
        KeyOf(http) == http.Request.Path.ToUriComponent()
        && Text(http, "keyId") is var key && Guid.TryParse(key, out var keyId) && keyId.ToString() == key
        && FindImage(http) is { } image && Text(http, "file").StartsWith(image.ToString(), StringComparison.Ordinal)
        && !Text(http, "options").Contains("exp:", StringComparison.Ordinal);

    private static Guid? FindImage(HttpContext http) => Guid.TryParse(Text(http, "file").Split('.')[0], out var id) ? id : null;

    private static string Text(HttpContext http, string name) => (string)http.GetRouteValue(name)!;
}
