"""channels of other companies"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('inbound',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('sender_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbound')),
    sa.UniqueConstraint('channel', 'key', name=op.f('uq_inbound_channel'))
    )
    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inbound_sender_id'), ['sender_id'], unique=False)

    op.create_table('inbound_count',
    sa.Column('date', sa.Date(), nullable=False),
    sa.Column('ward_id', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('date', 'ward_id', 'channel', 'kind', name=op.f('pk_inbound_count'))
    )
    with op.batch_alter_table('inbound_count', schema=None) as batch_op:
        batch_op.create_index('ix_inbound_count_channel', ['channel', 'kind', 'date'], unique=False)

    op.create_table('zalo_token',
    sa.Column('app_id', sa.String(), nullable=False),
    sa.Column('access', sa.String(), nullable=False),
    sa.Column('refresh', sa.String(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('refreshed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('busy_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('dead_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('app_id', name=op.f('pk_zalo_token'))
    )
    with op.batch_alter_table('chat', schema=None) as batch_op:
        batch_op.add_column(sa.Column('paused_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('phone', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('in_group', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('unread_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('fare', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('price', sa.Integer(), nullable=False, server_default='0'))

    with op.batch_alter_table('send_count', schema=None) as batch_op:
        batch_op.add_column(sa.Column('fare', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('cost', sa.Integer(), nullable=False, server_default='0'))

    # what is counted now is also counted by what it cost
    key = ['date', 'ward_id', 'channel', 'kind', 'outcome', 'fare']
    with op.batch_alter_table('send_count', schema=None) as batch_op:
        batch_op.drop_constraint('pk_send_count', type_='primary')
        batch_op.create_primary_key('pk_send_count', key)
    for table, name, kind in (
        ('chat', 'in_group', sa.Boolean()),
        ('outbox', 'fare', sa.String()),
        ('outbox', 'price', sa.Integer()),
        ('send_count', 'fare', sa.String()),
        ('send_count', 'cost', sa.Integer()),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(name, existing_type=kind, server_default=None)
    # numbers of sends are remembered outside: none is given twice
    if op.get_bind().dialect.name == 'sqlite':
        kept = {'sqlite_autoincrement': True}
        with op.batch_alter_table('outbox', recreate='always', table_kwargs=kept):
            pass


def downgrade() -> None:
    op.execute("DELETE FROM send_count WHERE fare != ''")
    with op.batch_alter_table('send_count', schema=None) as batch_op:
        batch_op.drop_constraint('pk_send_count', type_='primary')
        batch_op.create_primary_key('pk_send_count', ['date', 'ward_id', 'channel', 'kind', 'outcome'])
    with op.batch_alter_table('send_count', schema=None) as batch_op:
        batch_op.drop_column('cost')
        batch_op.drop_column('fare')

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_column('price')
        batch_op.drop_column('fare')

    with op.batch_alter_table('chat', schema=None) as batch_op:
        batch_op.drop_column('unread_at')
        batch_op.drop_column('in_group')
        batch_op.drop_column('phone')
        batch_op.drop_column('paused_until')

    op.drop_table('zalo_token')
    with op.batch_alter_table('inbound_count', schema=None) as batch_op:
        batch_op.drop_index('ix_inbound_count_channel')

    op.drop_table('inbound_count')
    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_inbound_sender_id'))

    op.drop_table('inbound')
