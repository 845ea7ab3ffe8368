using ImageHub.Api.Accounts;
using ImageHub.Api.ApiKeys;
using ImageHub.Api.Images;
using ImageHub.Api.OpenApi;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using ImageHub.Application.Choices;
using ImageHub.Application.Errors;
using ImageHub.Application.Links;
using ImageHub.Application.Paging;
using ImageHub.Domain.ApiKeys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Links;

/// <summary>Links for guests.</summary>
[Tags("Links")]
public sealed class LinksController : ApiController
{
    /// <summary>Creates an expiring link to one variant of an image.</summary>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Admin)]
    [HttpPost("/api/v1/images/{id:guid}/links")]
    [ProducesResponseType<NewLink>(201)]
    [Throttled]
    [FailsWith(400, 401, 403, 404, 503)]
    public async Task<ActionResult<NewLink>> CreateForImage(Guid id, CreateImageLink body, CancellationToken cancellationToken) =>
        Made(await Mediator.Send(body.WithImageId(id), cancellationToken));

    /// <summary>Creates a link to a group, published or not. Anyone with the link can open it.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpPost("/api/v1/groups/{id:guid}/links")]
    [ProducesResponseType<NewLink>(201)]
    [Throttled]
    [FailsWith(400, 401, 403, 404, 409, 503)]
    public async Task<ActionResult<NewLink>> CreateForGroup(Guid id, CreateGroupLink body, CancellationToken cancellationToken) =>
        Made(await Mediator.Send(body.WithGroupId(id), cancellationToken));

    /// <summary>Lists the caller's own links; for admins and editors, all links.</summary>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Admin)]
    [HttpGet("/api/v1/links")]
    [ProducesResponseType<Page<LinkResponse>>(200)]
    [FailsWith(400, 401, 503)]
    public async Task<ActionResult<Page<LinkResponse>>> List([FromQuery] ListLinks query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query, cancellationToken));

    /// <summary>Gets a link. For a group's link, signed-in admins and editors also receive the address while the link works.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpGet("/api/v1/links/{id:guid}")]
    [ProducesResponseType<LinkResponse>(200)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<ActionResult<LinkResponse>> Get(Guid id, CancellationToken cancellationToken) => await Mediator.Send(new GetLink(id), cancellationToken);

    /// <summary>Updates a group's link. Absent fields keep their values; null clears a field. The address does not change.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpPatch("/api/v1/links/{id:guid}")]
    [ProducesResponseType<LinkResponse>(200)]
    [FailsWith(400, 401, 403, 404, 409, 503)]
    public async Task<ActionResult<LinkResponse>> Update(Guid id, UpdateLink body, CancellationToken cancellationToken) => await Mediator.Send(body.WithId(id), cancellationToken);

    /// <summary>Revokes a link, immediately and on every instance.</summary>
    [Authorize(Access.SignedIn)]
    [AllowKeys(KeyScope.Admin)]
    [HttpDelete("/api/v1/links/{id:guid}")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<NoContentResult> Delete(Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new DeleteLink(id), cancellationToken);
        return NoContent();
    }

    /// <summary>Lists links whose guests have chosen favourites, including expired and revoked links.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpGet("/api/v1/favourites")]
    [ProducesResponseType<Page<LinkChoices>>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<Page<LinkChoices>>> ListChoices([FromQuery] ListChoices query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query, cancellationToken));

    /// <summary>Lists the favourites of a link's guests. They remain available after the link has ended.</summary>
    /// <param name="id">The link's id.</param>
    /// <param name="format">
    /// `json`; `csv` for a table with one row per guest and image; or `xmp` for a ZIP of XMP sidecars, which photo software reads: five stars, the guest's name
    /// as the label and the note as the description. `xmp` has at most 50,000 favourites.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpGet("/api/v1/links/{id:guid}/favourites")]
    [ProducesResponseType<LinkFavourites>(200)]
    [ServesTable]
    [ServesSidecars]
    [FailsWith(400, 401, 403, 404, 503)]
    public async Task<ActionResult<LinkFavourites>> ListFavourites(Guid id, [FromQuery, OneOf("FavouritesFormat", "json", "csv", "xmp")] string? format, CancellationToken cancellationToken) => format switch
    {
        null or "json" => await Mediator.Send(new ListLinkFavourites(id), cancellationToken),
        FavouritesTable.Format => new FavouritesTable(id, await Mediator.Send(new ListLinkFavourites(id), cancellationToken)),
        FavouritesSidecars.Format => new FavouritesSidecars(id, await Mediator.Send(new ListLinkFavourites(id, IsForSidecars: true), cancellationToken)),
        _ => throw ProblemException.Invalid("format", $"format is '{format}'; json, csv and xmp are allowed."),
    };

    /// <summary>Deletes the favourites of a link's guests. They are kept until then, even if the link ends.</summary>
    [Authorize(Access.Curator)]
    [AllowKeys(KeyScope.Admin)]
    [HttpDelete("/api/v1/links/{id:guid}/favourites")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<NoContentResult> DeleteFavourites(Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new DeleteLinkFavourites(id), cancellationToken);
        return NoContent();
    }

    /// <summary>Downloads the image of a link.</summary>
    [AllowAnonymous]
    [HttpGet("/s/{token}")]
    [ServesImage]
    [UnderLink]
    [FailsWith(404, 412, 416, 503)]
    public async Task<IActionResult> Follow(string token, CancellationToken cancellationToken) =>
        new ImageContentResult(await Mediator.Send(new FollowImageLink(token), cancellationToken));

    private CreatedResult Made(NewLink link) => Created(link.Url, link);
}
