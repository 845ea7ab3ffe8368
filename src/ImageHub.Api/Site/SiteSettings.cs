using ImageHub.Api.Web;
using ImageHub.Application.Inventory;
using ImageHub.Application.Site;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.Site;

/// <summary>The settings of the server that visitors' pages need.</summary>
internal sealed class SiteSettings(SiteAddresses addresses, IOptions<InventoryOptions> inventory)
{
    /// <summary>Adds the settings to the site.</summary>
    public SiteResponse AddTo(SiteResponse site) => site with { PublicUrl = addresses.Root, HasProducts = inventory.Value.Enabled };
}
