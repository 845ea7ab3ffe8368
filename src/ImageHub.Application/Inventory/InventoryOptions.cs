namespace ImageHub.Application.Inventory;

/// <summary>Settings of products and their stock: section <c>Inventory</c>.</summary>
public sealed class InventoryOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Inventory";

    /// <summary>Whether the pages show products and their stock. The API has them in any case.</summary>
    public bool Enabled { get; set; }
}
