using ImageHub.Domain.Accounts;
using ImageHub.Domain.Tiers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.HasOne<Tier>().WithMany().HasForeignKey(row => row.TierId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(row => row.NormalizedUserName).IsUnique();
        builder.ToTable(table => table.HasCheckConstraint("ck_users_tier", $"(role <> {(int)Role.User}) = (tier_id IS NULL)"));
    }
}

internal sealed class SessionConfiguration : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.HasOne<User>().WithMany().HasForeignKey(row => row.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => row.CurrentTokenHash).IsUnique();
        builder.HasIndex(row => row.ExpiresAt);
    }
}

internal sealed class ReplacedTokenConfiguration : IEntityTypeConfiguration<ReplacedToken>
{
    public void Configure(EntityTypeBuilder<ReplacedToken> builder)
    {
        builder.HasKey(row => row.TokenHash);
        builder.HasOne<Session>().WithMany().HasForeignKey(row => row.SessionId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class KnownAddressConfiguration : IEntityTypeConfiguration<KnownAddress>
{
    public void Configure(EntityTypeBuilder<KnownAddress> builder)
    {
        builder.HasKey(row => new { row.UserId, row.AddressHash });
        builder.HasOne<User>().WithMany().HasForeignKey(row => row.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => row.SignedInAt);
    }
}

internal sealed class PasskeyConfiguration : IEntityTypeConfiguration<Passkey>
{
    public void Configure(EntityTypeBuilder<Passkey> builder)
    {
        builder.HasOne<User>().WithMany().HasForeignKey(row => row.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => row.CredentialId).IsUnique();
    }
}
