using ImageHub.Api.ApiKeys;
using ImageHub.Api.Delivery;
using ImageHub.Api.Requests;
using ImageHub.Api.Web;
using ImageHub.Application.Delivery;
using ImageHub.Application.Site;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Site;

/// <summary>The site's title, texts and appearance.</summary>
[Route("api/v1/site")]
[Tags("Site")]
public sealed class SiteController : ApiController
{
    /// <summary>Reads the site as visitors see it.</summary>
    [AllowAnonymous]
    [AllowKeys]
    [KeepsAnswer(ChangeTags.Site, Also = ChangeTags.Images)]
    [HttpGet]
    [ProducesResponseType<SiteResponse>(200)]
    [FailsWith(401, 503)]
    public async Task<ActionResult<SiteResponse>> Get(CancellationToken cancellationToken) =>
        WithAddress(await Mediator.Send(new GetSite(), cancellationToken));

    /// <summary>Updates the site. Absent fields keep their values; null clears a field.</summary>
    [HttpPatch]
    [ProducesResponseType<SiteResponse>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<SiteResponse>> Update(UpdateSite body, CancellationToken cancellationToken) =>
        WithAddress(await Mediator.Send(body, cancellationToken));

    private SiteResponse WithAddress(SiteResponse site) => site with { PublicUrl = HttpContext.RequestServices.GetRequiredService<SiteAddresses>().Root };
}
