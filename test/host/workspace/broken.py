"""Python cannot even read this."""
import asyncio

async def main(:
    pass
