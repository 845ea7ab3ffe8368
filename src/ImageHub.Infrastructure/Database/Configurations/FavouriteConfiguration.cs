using ImageHub.Domain.Links;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class LinkGuestConfiguration : IEntityTypeConfiguration<LinkGuest>
{
    public void Configure(EntityTypeBuilder<LinkGuest> builder)
    {
        // No foreign keys to links and images: the favourites outlive both.
        builder.HasIndex(row => new { row.LinkId, row.TokenHash }).IsUnique();
    }
}

internal sealed class UploadGuestConfiguration : IEntityTypeConfiguration<UploadGuest>
{
    public void Configure(EntityTypeBuilder<UploadGuest> builder) => builder.HasIndex(row => new { row.LinkId, row.TokenHash }).IsUnique();
}

internal sealed class FavouriteConfiguration : IEntityTypeConfiguration<Favourite>
{
    public void Configure(EntityTypeBuilder<Favourite> builder)
    {
        builder.HasKey(row => new { row.GuestId, row.ImageId });
        builder.HasOne<LinkGuest>().WithMany().HasForeignKey(row => row.GuestId).OnDelete(DeleteBehavior.Cascade);
    }
}
