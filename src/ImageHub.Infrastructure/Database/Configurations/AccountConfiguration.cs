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
        builder.Property(row => row.OidcSubject).HasMaxLength(OidcIdentity.MaxSubjectLength);
        builder.Property(row => row.OidcSessionId).HasMaxLength(OidcIdentity.MaxSubjectLength);
        builder.HasIndex(row => row.OidcSubject).HasFilter("oidc_subject IS NOT NULL AND ended_at IS NULL");
        builder.HasIndex(row => row.OidcSessionId).HasFilter("oidc_session_id IS NOT NULL AND ended_at IS NULL");
    }
}

internal sealed class ReplacedTokenConfiguration : IEntityTypeConfiguration<ReplacedToken>
{
    public void Configure(EntityTypeBuilder<ReplacedToken> builder)
    {
        builder.HasKey(row => row.TokenHash);
        builder.HasOne<Session>().WithMany().HasForeignKey(row => row.SessionId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.SessionId, row.ReplacedAt });
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

internal sealed class OidcIdentityConfiguration : IEntityTypeConfiguration<OidcIdentity>
{
    public void Configure(EntityTypeBuilder<OidcIdentity> builder)
    {
        builder.HasKey(row => row.UserId);
        builder.HasOne<User>().WithOne().HasForeignKey<OidcIdentity>(row => row.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.Property(row => row.Subject).HasMaxLength(OidcIdentity.MaxSubjectLength);
        builder.HasIndex(row => new { row.Issuer, row.Subject }).IsUnique();
    }
}

internal sealed class OidcDepartureConfiguration : IEntityTypeConfiguration<OidcDeparture>
{
    public void Configure(EntityTypeBuilder<OidcDeparture> builder)
    {
        builder.HasKey(row => new { row.Issuer, row.Subject });
        builder.HasOne<User>().WithMany().HasForeignKey(row => row.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.Property(row => row.Subject).HasMaxLength(OidcIdentity.MaxSubjectLength);
    }
}

internal sealed class OidcJoinIntentConfiguration : IEntityTypeConfiguration<OidcJoinIntent>
{
    public void Configure(EntityTypeBuilder<OidcJoinIntent> builder)
    {
        builder.HasKey(row => row.UserId);
        builder.HasOne<User>().WithOne().HasForeignKey<OidcJoinIntent>(row => row.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => row.StateHash).IsUnique();
    }
}

internal sealed class OidcLogoutConfiguration : IEntityTypeConfiguration<OidcLogout>
{
    public void Configure(EntityTypeBuilder<OidcLogout> builder)
    {
        builder.HasKey(row => row.TokenHash);
        builder.Property(row => row.Subject).HasMaxLength(OidcIdentity.MaxSubjectLength);
        builder.Property(row => row.SessionId).HasMaxLength(OidcIdentity.MaxSubjectLength);
        builder.HasIndex(row => row.ExpiresAt);
        builder.HasIndex(row => row.Subject);
        builder.HasIndex(row => row.SessionId);
    }
}
