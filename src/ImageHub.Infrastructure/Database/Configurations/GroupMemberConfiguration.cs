using ImageHub.Domain.Accounts;
using ImageHub.Domain.Groups;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class GroupMemberConfiguration : IEntityTypeConfiguration<GroupMember>
{
    public void Configure(EntityTypeBuilder<GroupMember> builder)
    {
        builder.ToTable("group_members");
        builder.HasKey(row => new { row.GroupId, row.UserId });
        builder.HasOne<Group>().WithMany().HasForeignKey(row => row.GroupId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<User>().WithMany().HasForeignKey(row => row.UserId).OnDelete(DeleteBehavior.Cascade);

        // For the groups of a member, which the member's requests read. The list of these groups also uses the index's order.
        builder.HasIndex(row => new { row.UserId, row.GroupId }).IncludeProperties(row => new { row.Role });
    }
}
