using ImageHub.Api.ApiKeys;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using ImageHub.Application.Inventory;
using ImageHub.Application.RateLimits;
using ImageHub.Domain.ApiKeys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Inventory;

/// <summary>Stock levels of the products that groups show, by <c>productId</c>.</summary>
[Route("api/v1/inventory")]
[Tags("Inventory")]
public sealed class InventoryController : ApiController
{
    /// <summary>Records observed quantities, all or none.</summary>
    /// <remarks>
    /// 1 to 10,000 items in a body of at most 4 MiB; split larger sets into several requests. A product has one record per time, in whole
    /// microseconds. If an item's product and time already exist or occur twice in the request, the response is 409 `duplicateRecord` and
    /// nothing is recorded.
    /// </remarks>
    [AllowKeys(KeyScope.Inventory)]
    [RouteLimit(RateLimitOptions.InventoryWrites)]
    [HttpPost("records")]
    [ProducesResponseType(201)]
    [FailsWith(400, 401, 403, 409, 503)]
    public async Task<StatusCodeResult> Record(RecordInventory body, CancellationToken cancellationToken)
    {
        await Mediator.Send(body, cancellationToken);
        return StatusCode(StatusCodes.Status201Created);
    }

    /// <summary>Lists a product's records by time, including those at `from` and `to`.</summary>
    /// <remarks>
    /// `limit` and `pageSize` are 1 to 500, default 50. The offset form, which is the default, includes `count`: the number of all matches.
    /// </remarks>
    [AllowKeys(KeyScope.Inventory)]
    [RouteLimit(RateLimitOptions.InventoryReads)]
    [HttpGet("records")]
    [ProducesResponseType<InventoryRecordPage>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<InventoryRecordPage>> ListRecords([FromQuery] ListInventoryRecords query, CancellationToken cancellationToken)
    {
        var page = await Mediator.Send(query, cancellationToken);
        LinkNeighbours(page);
        return page;
    }

    /// <summary>
    /// Reads a product's quantities over a period, for a chart: at most `points` intervals of equal length, each with its smallest, largest and
    /// last quantity.
    /// </summary>
    /// <remarks>Intervals without a record are omitted. An interval is at least a minute long.</remarks>
    [AllowKeys(KeyScope.Admin)]
    [HttpGet("history")]
    [ProducesResponseType<InventoryHistory>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<InventoryHistory>> History([FromQuery] GetInventoryHistory query, CancellationToken cancellationToken) =>
        await Mediator.Send(query, cancellationToken);

    /// <summary>Reads the latest record of each product. Visitors see products of published groups.</summary>
    /// <remarks>Products without a record, and products not visible to the caller, are omitted.</remarks>
    [AllowAnonymous]
    [AllowKeys]
    [HttpGet("levels")]
    [ProducesResponseType<InventoryLevels>(200)]
    [FailsWith(400, 401, 503)]
    public async Task<ActionResult<InventoryLevels>> Levels([FromQuery] ListInventoryLevels query, CancellationToken cancellationToken) =>
        await Mediator.Send(query, cancellationToken);
}
