using ImageHub.Api.Images;
using ImageHub.Api.Requests;
using ImageHub.Application.Paging;
using ImageHub.Application.Transforms;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Transforms;

/// <summary>Images in the size, crop and format of a signed address, and the keys that sign.</summary>
[Tags("Transforms")]
public sealed class TransformsController : ApiController
{
    /// <summary>Lists the keys, newest first, without the keys themselves.</summary>
    [HttpGet("/api/v1/transform-keys")]
    [ProducesResponseType<Page<TransformKeyResponse>>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<Page<TransformKeyResponse>>> ListKeys([FromQuery] ListTransformKeys query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query, cancellationToken));

    /// <summary>Creates a key that signs addresses of transforms. Only this response contains the key itself.</summary>
    [HttpPost("/api/v1/transform-keys")]
    [ProducesResponseType<NewTransformKey>(201)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<NewTransformKey>> CreateKey(CreateTransformKey body, CancellationToken cancellationToken)
    {
        var key = await Mediator.Send(body, cancellationToken);
        Response.Headers.CacheControl = "no-store";
        return Created($"/api/v1/transform-keys/{key.Id}", key);
    }

    /// <summary>Ends a key. All its addresses are 404 within a second, on every instance.</summary>
    [HttpDelete("/api/v1/transform-keys/{id:guid}")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<NoContentResult> DeleteKey(Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new DeleteTransformKey(id), cancellationToken);
        return NoContent();
    }

    /// <summary>
    /// Downloads a published image in the size, crop and format of a signed address. The picture is rendered on the first request, never enlarged, and deleted
    /// after a week without requests.
    /// </summary>
    /// <remarks>
    /// A wrong signature, an ended key, an expired address, and an image that visitors do not see are the same 404. With a valid signature, wrong options are a
    /// 400. Groups with a watermark give pictures with the watermark; groups whose downloads are not `full` give no more pixels than `large` has.
    /// </remarks>
    /// <param name="keyId">The key's id.</param>
    /// <param name="signature">
    /// HMAC-SHA256 in base64url without padding over `/{options}/{file}`. Its key is the text of the key as it was shown.
    /// </param>
    /// <param name="options">
    /// `w:` and `h:` (1–4,000; at least one), `fit:` (`contain`, `cover` or `fill`), `g:` (`ce`, `no`, `so`, `ea`, `we` or `sm`; absent: the image's focus),
    /// `q:` (1–100, not for PNG), `dpr:` (1–3; width and height times `dpr` are at most 4,000) and `exp:` (Unix seconds), joined by commas in this order.
    /// </param>
    /// <param name="file">The image's id and the format: `{id}.jpeg`, `{id}.webp`, `{id}.avif` or `{id}.png`.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [AllowAnonymous]
    [KeepsTransform]
    [HttpGet("/t/{keyId}/{signature}/{options}/{file}")]
    [ServesImage]
    [FailsWith(400, 404, 412, 415, 416, 422, 503)]
    public async Task<IActionResult> Open(string keyId, string signature, string options, string file, CancellationToken cancellationToken) =>
        new ImageContentResult(await Mediator.Send(new OpenTransform(keyId, signature, options, file), cancellationToken));
}
